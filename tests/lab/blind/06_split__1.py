# mistake: the sizes are cut off with int() instead of rounded, so 100 * 0.29 gives 28
# known mistake: sizes truncated

import numpy as np


def split(n, percent_train, percent_valid, rng):
    order = rng.permutation(n)
    n_train = int(n * percent_train)
    n_valid = int(n * percent_valid)
    train = order[:n_train]
    valid = order[n_train:n_train + n_valid]
    test = order[n_train + n_valid:]
    return train, valid, test
