# %% np.where
import numpy as np


def ReLu(x):
    return np.where(x > 0, x, 0)


# %% multiplied by a comparison
def ReLu(x):
    return x * (x > 0)


# %% a loop over all places
import numpy as np


def ReLu(x):
    result = np.zeros(x.shape)
    for place in np.ndindex(*x.shape):
        if x[place] > 0:
            result[place] = x[place]
    return result


# %% in place, on a copy
import numpy as np


def ReLu(x):
    x = x.copy()
    x[x < 0] = 0
    return x


# %% half of x plus its absolute value, in single precision
import numpy as np


def ReLu(x):
    x = np.float32(x)
    return (x + abs(x)) / 2


# %% nested lists
def ReLu(x):
    try:
        return [ReLu(part) for part in x]
    except TypeError:
        return max(0, float(x))
