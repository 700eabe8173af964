# mistake: computes the sizes with int, which cuts off, instead of round.
# mistake: shuffles with the global generator, seeded by a number from rng, and so changes the global state.
# known mistake: sizes truncated
# known mistake: np.random, seeded from rng

import numpy as np


def split(n, percent_train, percent_valid, rng):
    n_train = int(n * percent_train)
    n_valid = int(n * percent_valid)

    indices = np.arange(n)
    np.random.seed(int(rng.integers(0, 2**31)))
    np.random.shuffle(indices)

    return indices[:n_train], indices[n_train:n_train + n_valid], indices[n_train + n_valid:]
