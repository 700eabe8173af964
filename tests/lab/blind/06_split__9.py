# mistake: cuts the sizes off with int instead of rounding them
# mistake: cuts the indices in order and shuffles only inside each part, so which index comes into which part is not random
# known mistake: sizes truncated
# known mistake: not shuffled

import numpy as np


def split(n, percent_train, percent_valid, rng):
    indices = np.arange(n)
    n_train = int(n * percent_train)
    n_valid = int(n * percent_valid)
    train = indices[:n_train]
    valid = indices[n_train:n_train + n_valid]
    test = indices[n_train + n_valid:]
    return rng.permutation(train), rng.permutation(valid), rng.permutation(test)
