# mistake: takes a column for constant if its std is below 1e-6, so columns of tiny numbers that vary are not scaled.
# mistake: looks for nan only and lets inf through without a ValueError.
# known mistake: threshold for std
# known mistake: accepts inf

import numpy as np

EPS = 1e-6


def fit_normalizer(X_train):
    if np.isnan(X_train).any():
        raise ValueError("X_train holds nan")
    mean = np.mean(X_train, axis=0)
    std = np.sqrt(np.mean((X_train - mean) ** 2, axis=0))
    std = np.where(std < EPS, 1.0, std)
    return mean, std


def normalize(X, mean, std):
    return (X - mean) / std
