# mistake: only the lengths are compared, not the shapes, so (m,) and (m, 1) are broadcast to (m, m).
# known mistake: L1: compares only the lengths
# known mistake: L2: compares only the lengths

import numpy as np


def _checked(yhat, y):
    yhat = np.asarray(yhat, dtype=float)
    y = np.asarray(y, dtype=float)
    if len(yhat) != len(y):
        raise ValueError("as many predictions as true values are needed")
    return yhat, y


def L1(yhat, y):
    yhat, y = _checked(yhat, y)
    return np.sum(np.abs(y - yhat))


def L2(yhat, y):
    yhat, y = _checked(yhat, y)
    return np.sum((y - yhat) ** 2)
