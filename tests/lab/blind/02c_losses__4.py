# mistake: only uint8 is converted to floats, so other types such as uint16 or int8 still wrap around
# mistake: L2 has a factor of one half, as losses have whose derivative should look nice

import numpy as np


def prepare(values):
    values = np.asarray(values)
    if values.dtype == np.uint8:
        values = values.astype(float)
    return values


def L1(yhat, y):
    yhat, y = prepare(yhat), prepare(y)
    if yhat.shape != y.shape:
        raise ValueError(f"shapes {yhat.shape} and {y.shape} differ")
    return np.abs(y - yhat).sum()


def L2(yhat, y):
    yhat, y = prepare(yhat), prepare(y)
    if yhat.shape != y.shape:
        raise ValueError(f"shapes {yhat.shape} and {y.shape} differ")
    return 0.5 * ((y - yhat) ** 2).sum()
