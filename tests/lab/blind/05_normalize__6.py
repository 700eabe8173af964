# mistake: a column counts as constant if its first and last numbers are equal, so a varying column may get std 1.
# known mistake: compares first and last

import numpy as np


def fit_normalizer(X_train):
    if not np.isfinite(X_train).all():
        raise ValueError("nan or inf in the data")
    mean = X_train.mean(axis=0)
    std = X_train.std(axis=0)
    constant = X_train[0] == X_train[-1]
    std = np.where(constant, 1.0, std)
    return mean, std


def normalize(X, mean, std):
    return (X - mean) / std
