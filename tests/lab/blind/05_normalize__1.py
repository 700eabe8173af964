# mistake: the sum of squares is divided by n - 1 instead of n (ddof=1)
# known mistake: divides by n - 1

import numpy as np


def fit_normalizer(X_train):
    if not np.isfinite(X_train).all():
        raise ValueError("X_train contains nan or inf")
    constant = X_train.max(axis=0) == X_train.min(axis=0)
    n = X_train.shape[0]
    mean = X_train.sum(axis=0) / n
    squares = ((X_train - mean) ** 2).sum(axis=0)
    std = np.sqrt(squares / max(n - 1, 1))
    std[constant] = 1.0
    return mean, std


def normalize(X, mean, std):
    return (X - mean) / std
