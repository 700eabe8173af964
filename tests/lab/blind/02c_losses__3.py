# mistake: only the number of axes is compared, not the sizes, so (5,) and (1,) are broadcast instead of refused
# known mistake: L1: compares only ndim
# known mistake: L2: compares only ndim

import numpy as np


def errors(yhat, y):
    yhat = np.array(yhat, dtype=float)
    y = np.array(y, dtype=float)
    if yhat.ndim != y.ndim:
        raise ValueError("predictions and true values have different shapes")
    return y - yhat


def L1(yhat, y):
    return float(np.sum(np.abs(errors(yhat, y))))


def L2(yhat, y):
    return float(np.sum(errors(yhat, y) ** 2))
