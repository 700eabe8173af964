# mistake: normalize computes mean and std of its X instead of using those of the training set.
# known mistake: fits again

import numpy as np


def fit_normalizer(X_train):
    X_train = np.asarray(X_train, dtype=float)
    if not np.all(np.isfinite(X_train)):
        raise ValueError("nan or inf in the data")
    mean = X_train.mean(axis=0)
    std = X_train.std(axis=0)
    constant = X_train.max(axis=0) == X_train.min(axis=0)
    std[constant] = 1
    return mean, std


def normalize(X, mean, std):
    mean, std = fit_normalizer(X)
    return (X - mean) / std
