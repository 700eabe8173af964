# %% loops, math
import numpy as np


def checked(yhat, y):
    if np.shape(yhat) != np.shape(y):
        raise ValueError("the shapes differ")
    return [(float(a), float(b)) for a, b in zip(yhat, y)]


def L1(yhat, y):
    total = 0
    for a, b in checked(yhat, y):
        total += abs(b - a)
    return total


def L2(yhat, y):
    return sum((b - a) ** 2 for a, b in checked(yhat, y))


# %% norms and dot products
import numpy as np


def L1(yhat, y):
    yhat, y = np.array(yhat).astype(np.float64), np.array(y).astype(np.float64)
    if yhat.ndim != y.ndim or yhat.shape != y.shape:
        raise ValueError(f"{yhat.shape}, {y.shape}")
    return float(np.linalg.norm(y - yhat, ord=1))


def L2(yhat, y):
    yhat, y = np.array(yhat).astype(np.float64), np.array(y).astype(np.float64)
    if yhat.shape != y.shape:
        raise ValueError(f"{yhat.shape}, {y.shape}")
    error = yhat - y
    return error @ error


# %% single precision, whole numbers larger than bytes
import numpy as np


def difference(yhat, y):
    yhat, y = np.asarray(yhat, dtype=np.float32), np.asarray(y, dtype=np.float32)
    if yhat.shape == y.shape:
        return np.fabs(np.subtract(y, yhat))
    raise ValueError


def L1(yhat, y):
    return difference(yhat, y).sum(keepdims=True)


def L2(yhat, y):
    return np.square(difference(yhat, y)).sum()


# %% the other way round, an absolute value without abs, a multiplied-out square
import numpy as np


def L1(yhat, y):
    yhat, y = np.asarray(yhat) * 1.0, np.asarray(y) * 1.0
    assert_same(yhat, y)
    return np.where(yhat > y, yhat - y, y - yhat).sum()


def L2(yhat, y):
    yhat, y = np.asarray(yhat) * 1.0, np.asarray(y) * 1.0
    assert_same(yhat, y)
    return np.sum(yhat**2 - 2 * yhat * y + y**2)


def assert_same(one, other):
    if one.shape != other.shape:
        raise ValueError("shapes")
