# %% loops over columns and rows
import math


def fit_normalizer(X_train):
    n, features = X_train.shape
    mean, std = [], []
    for j in range(features):
        column = [float(X_train[i, j]) for i in range(n)]
        for value in column:
            if math.isnan(value) or math.isinf(value):
                raise ValueError(f"column {j} holds {value}")
        m = sum(column) / n
        s = math.sqrt(sum((value - m) ** 2 for value in column) / n)
        mean.append(m)
        std.append(1 if max(column) == min(column) else s)
    return mean, std


def normalize(X, mean, std):
    return [[(X[i][j] - mean[j]) / std[j] for j in range(len(mean))] for i in range(len(X))]


# %% in place, and a list of two arrays
import numpy as np


def fit_normalizer(X_train):
    if np.isnan(X_train).any() or np.isinf(X_train).any():
        raise ValueError("not finite")
    mean = np.mean(X_train, axis=0)
    X_train -= mean
    std = np.sqrt(np.mean(np.square(X_train), axis=0))
    std[np.ptp(X_train, axis=0) == 0] = 1
    return [mean, std]


def normalize(X, mean, std):
    X -= mean
    X /= std
    return X


# %% every row equal to the first, in single precision
import numpy as np


def fit_normalizer(X_train):
    X = np.asarray(X_train, dtype=np.float32)
    if not np.all(np.isfinite(X)):
        raise ValueError("nan or inf")
    scale = np.std(X, axis=0, dtype=np.float64)
    return np.array([X.mean(0, dtype=np.float64), np.where((X == X[0]).all(axis=0), 1, scale)])


def normalize(X, mean, std):
    return np.subtract(X, mean, dtype=np.float32) / std.astype(np.float32)


# %% the mean square minus the squared mean, of columns shifted by their first number
import numpy as np


def fit_normalizer(X_train):
    first = X_train[0]
    X = (X_train - first).T  # one row per feature
    if not np.isfinite(X.sum()):
        raise ValueError("damaged data")
    mean = X.sum(axis=1) / X.shape[1]
    variance = (X * X).sum(axis=1) / X.shape[1] - mean**2
    return mean + first, np.array([np.sqrt(v) if np.ptp(row) else 1.0 for v, row in zip(variance, X)])


def normalize(X, mean, std):
    return ((X.T - np.reshape(mean, (-1, 1))) / np.reshape(std, (-1, 1))).T
