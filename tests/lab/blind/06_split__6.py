# mistake: the random order is drawn with replacement (rng.choice without replace=False), so indices repeat and others are missing.
# known mistake: with replacement

import numpy as np


def split(n, percent_train, percent_valid, rng):
    order = rng.choice(n, size=n)
    n_train = round(n * percent_train)
    n_valid = min(round(n * percent_valid), n - n_train)
    train = order[:n_train]
    valid = order[n_train:n_train + n_valid]
    test = order[n_train + n_valid:]
    return train, valid, test
