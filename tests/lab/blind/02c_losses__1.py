# mistake: the difference is converted to floats only after subtracting, when bytes have already wrapped around
# known mistake: L1: uint8 overflows
# known mistake: L2: uint8 overflows before the square

import numpy as np


def errors(yhat, y):
    yhat, y = np.asarray(yhat), np.asarray(y)
    if yhat.shape != y.shape:
        raise ValueError(f"predictions {yhat.shape} and true values {y.shape} differ in shape")
    return (y - yhat).astype(float)


def L1(yhat, y):
    return np.sum(np.abs(errors(yhat, y)))


def L2(yhat, y):
    return np.sum(errors(yhat, y) ** 2)
