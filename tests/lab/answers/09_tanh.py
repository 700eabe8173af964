# %% math.tanh in a loop, as nested lists
import math

import numpy as np


def Tanh(x):
    return np.array([math.tanh(value) for value in x.ravel()]).reshape(x.shape).tolist()


# %% expm1 of -2|x|, and the sign
import numpy as np


def Tanh(x):
    e = np.expm1(-2 * np.abs(x))
    return np.sign(x) * -e / (2 + e)


# %% single precision, in place
import numpy as np


def Tanh(x):
    result = np.array(x, dtype=np.float32)
    np.tanh(result, out=result)
    return result


# %% three formulas for three stretches
import numpy as np


def Tanh(x):
    middle = np.clip(x, -20, 20)
    formula = (np.exp(middle) - np.exp(-middle)) / (np.exp(middle) + np.exp(-middle))
    return np.where(np.abs(x) < 1e-3, x - x**3 / 3 + 2 * x**5 / 15, formula)


# %% SciPy's normal logistic, through expm1 for either side
import numpy as np


def half(x):
    e = np.expm1(2 * x)
    return e / (e + 2)


def Tanh(x):
    negative = np.minimum(x, 0)
    positive = np.maximum(x, 0)
    return half(negative) - half(-positive)
