# mistake: believes np.asarray makes a copy, and so changes the caller's array.
# known mistake: modifies its input

import numpy as np


def ReLu(x):
    y = np.asarray(x)  # own array, so that x stays as it was
    y[y < 0] = 0
    return y
