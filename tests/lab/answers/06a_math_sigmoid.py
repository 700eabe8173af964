# %% two branches
import math


def math_sigmoid(x):
    if x >= 0:
        return 1 / (1 + math.exp(-x))
    else:
        return math.exp(x) / (math.exp(x) + 1)


# %% through tanh
from math import tanh


def math_sigmoid(x):
    return 0.5 * (1 + tanh(x / 2))


# %% an exception caught
import math


def math_sigmoid(x):
    try:
        return 1 / (1 + math.exp(-x))
    except OverflowError:
        return 0.0


# %% limited at -500, as a NumPy number
import math

import numpy as np


def math_sigmoid(x):
    return np.float64(1.0) / (1.0 + math.exp(-max(x, -500.0)))


# %% by symmetry
import math


def math_sigmoid(x):
    if x < 0:
        return 1 - math_sigmoid(-x)
    return math.pow(1 + math.exp(-x), -1)
