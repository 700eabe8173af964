# mistake: L1 takes the absolute value of the sum instead of the sum of the absolute values, so errors of opposite signs cancel
# mistake: only the lengths are compared and not the shapes, so (5,) and (5, 1) are stretched to (5, 5) without a ValueError
# known mistake: L1: absolute value of the sum

import numpy as np


def errors(yhat, y):
    if len(yhat) != len(y):
        raise ValueError("there must be as many predictions as true values")
    return np.array(y, dtype=float) - np.array(yhat, dtype=float)


def L1(yhat, y):
    return abs(np.sum(errors(yhat, y)))


def L2(yhat, y):
    return np.sum(errors(yhat, y) ** 2)
