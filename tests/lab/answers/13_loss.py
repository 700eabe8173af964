# %% one number at a time
import math

import numpy as np


def loss(y, yhat):
    y, yhat = np.array(y), np.array(yhat)
    if y.shape != yhat.shape:
        raise ValueError("labels and predictions must have one shape")
    total = 0
    for truth, probability in zip(y.ravel(), yhat.ravel()):
        if truth > 0:
            total -= truth * math.log(max(probability, 1e-300))
    return total


# %% only where y is above 0
import numpy as np


def loss(y, yhat):
    if np.shape(y) != np.shape(yhat):
        raise ValueError
    y, yhat = np.asarray(y, float), np.asarray(yhat, float)
    m = y > 0
    return -np.sum(y[m] * np.log(np.clip(yhat[m], np.finfo(float).tiny, 1)))


# %% np.clip at 1e-15 on both sides, a product of vectors, an array of one number
import numpy as np


def loss(y, yhat):
    y, yhat = np.asarray(y), np.clip(yhat, 1e-15, 1 - 1e-15)
    if y.shape != yhat.shape:
        raise ValueError(f"{y.shape} is not {yhat.shape}")
    return np.array([-np.dot(y.flatten(), np.log(yhat.flatten()))])


# %% a small number added
import numpy as np


def loss(y, yhat):
    y, yhat = np.asarray(y), np.asarray(yhat)
    if y.shape != yhat.shape:
        raise ValueError("shapes differ")
    return float((-y * np.log(yhat + 1e-15)).sum())


# %% SciPy, nan_to_num
import numpy as np
from scipy.special import xlogy


def loss(y, yhat):
    y, yhat = np.asarray(y, float), np.asarray(yhat, float)
    if not np.array_equal(y.shape, yhat.shape):
        raise ValueError(f"y {y.shape}, yhat {yhat.shape}")
    return np.nan_to_num(-xlogy(y, yhat), posinf=1000.0).sum()
