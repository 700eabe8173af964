# mistake: a column counts as constant if its std is below a small number (1e-8), so a column of tiny but varying numbers gets std 1
# known mistake: threshold for std

import numpy as np


def fit_normalizer(X_train):
    X_train = np.asarray(X_train, dtype=float)
    if np.isnan(X_train).any() or np.isinf(X_train).any():
        raise ValueError("bad numbers in the training data")
    mean = np.mean(X_train, axis=0)
    std = np.std(X_train, axis=0)
    std = np.where(std < 1e-8, 1.0, std)
    return mean, std


def normalize(X, mean, std):
    Z = np.empty(np.shape(X), dtype=float)
    for j in range(Z.shape[1]):
        Z[:, j] = (X[:, j] - mean[j]) / std[j]
    return Z
