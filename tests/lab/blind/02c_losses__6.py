# mistake: L1 does not convert to floats before subtracting and relies on abs, so uint8 differences wrap around.
# mistake: L2 returns the mean of the squared errors instead of their sum.
# known mistake: L1: uint8 overflows
# known mistake: L2: mean

import numpy as np


def L1(yhat, y):
    yhat, y = np.asarray(yhat), np.asarray(y)
    if yhat.shape != y.shape:
        raise ValueError(f"shapes differ: {yhat.shape} and {y.shape}")
    return np.abs(y - yhat).sum()


def L2(yhat, y):
    yhat, y = np.asarray(yhat, dtype=float), np.asarray(y, dtype=float)
    if yhat.shape != y.shape:
        raise ValueError(f"shapes differ: {yhat.shape} and {y.shape}")
    return np.mean((y - yhat) ** 2)
