# mistake: percent_valid is taken as a share of what is left after the training part, not of n.
# mistake: only the training part is drawn at random; validation gets the smallest of the remaining indices and test the largest.
# known mistake: fraction of the rest
# known mistake: only the training set shuffled

import numpy as np


def split(n, percent_train, percent_valid, rng):
    train = rng.choice(n, round(n * percent_train), replace=False)
    rest = np.setdiff1d(np.arange(n), train)
    n_valid = round(len(rest) * percent_valid)
    valid, test = rest[:n_valid], rest[n_valid:]
    return train, valid, test
