# mistake: only train is drawn at random; the remaining indices are in ascending order again and cut into valid (the low ones) and test (the high ones).
# known mistake: only the training set shuffled

import numpy as np


def split(n, percent_train, percent_valid, rng):
    n_train = round(n * percent_train)
    n_valid = round(n * percent_valid)
    train = rng.permutation(n)[:n_train]
    # whatever is not in train is left for the other two
    rest = np.setdiff1d(np.arange(n), train)
    valid = rest[:n_valid]
    test = rest[n_valid:]
    return train, valid, test
