# mistake: finds constant columns by comparing the std with 0, which misses those whose std is only rounded away from 0 (1797 times 0.1)
# known mistake: compares std with 0

import numpy as np


def fit_normalizer(X_train):
    X_train = np.asarray(X_train, dtype=float)
    if not np.isfinite(X_train).all():
        raise ValueError("nan or inf in the data")
    mean = X_train.mean(axis=0)
    std = X_train.std(axis=0)
    std[std == 0] = 1
    return mean, std


def normalize(X, mean, std):
    return (X - mean) / std
