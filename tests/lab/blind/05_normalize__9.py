# mistake: divides the sum of squares by n - 1 instead of n
# mistake: only nan is refused, inf is let through
# known mistake: divides by n - 1
# known mistake: accepts inf

import numpy as np


def fit_normalizer(X_train):
    X_train = np.asarray(X_train, dtype=float)
    if np.isnan(X_train).any():
        raise ValueError("the data hold nan")
    n, features = X_train.shape
    mean = np.mean(X_train, axis=0)
    std = np.ones(features)
    for j in range(features):
        column = X_train[:, j]
        if column.max() != column.min():
            std[j] = np.sqrt(np.sum((column - mean[j]) ** 2) / (n - 1))
    return mean, std


def normalize(X, mean, std):
    return (X - mean) / std
