# %% loops over the samples, math.exp
import math

import numpy as np


def Softmax(x, axis=-1):
    x = np.array(x, dtype=float)
    if x.ndim == 2 and axis == 0:
        return Softmax(x.T).T
    if x.ndim == 2:
        return np.array([Softmax(row) for row in x])
    largest = max(x)
    powers = [math.exp(value - largest) for value in x]
    return np.array(powers) / sum(powers)


# %% through the logarithm of the sum
import numpy as np


def Softmax(scores, axis=-1):
    scores = np.asarray(scores, dtype=float)
    return np.exp(scores - np.logaddexp.reduce(scores, axis=axis, keepdims=True))


# %% SciPy, in single precision, as a list
import numpy as np
from scipy.special import softmax


def Softmax(x, axis=-1):
    return softmax(np.asarray(x, np.float32), axis=axis).tolist()


# %% apply_along_axis, and another constant subtracted
import numpy as np


def one(x):
    e = np.exp(x - x.max() - 1)
    return e / e.sum()


def Softmax(x, axis=-1):
    return np.apply_along_axis(one, axis, np.asarray(x, float))
