# %% masks for the two sides
import numpy as np


def Sigmoid(x):
    x = np.array(x, dtype=float)
    s = np.zeros_like(x)
    positive = x >= 0
    s[positive] = 1 / (1 + np.exp(-x[positive]))
    e = np.exp(x[~positive])
    s[~positive] = e / (1 + e)
    return s


# %% limited to where nothing overflows
import numpy as np


def Sigmoid(x):
    return 1 / (1 + np.exp(-np.clip(np.asarray(x, float), -500, 500)))


# %% SciPy, in single precision
import numpy as np
from scipy.special import expit


def Sigmoid(x):
    return expit(np.asarray(x, dtype=np.float32))


# %% a loop with math.exp, as nested lists
import math

import numpy as np


def one(x):
    x = float(x)
    if x < 0:
        return 1 - one(-x)
    return 1 / (1 + math.exp(-x))


def Sigmoid(x):
    x = np.asarray(x)
    return np.array([one(value) for value in x.flat]).reshape(x.shape).tolist()


# %% through tanh
import numpy as np


def Sigmoid(x):
    x = 1.0 * np.asarray(x)
    return (1 + np.tanh(x / 2)) / 2


# %% the warning switched off
import numpy as np


def Sigmoid(x):
    with np.errstate(over="ignore"):
        return (1 + np.exp(-np.array(x).astype("float64"))) ** -1


# %% vectorize
import math

import numpy as np


@np.vectorize
def Sigmoid(x):
    e = math.exp(-abs(float(x)))
    return (1.0 if x >= 0 else e) / (1.0 + e)
