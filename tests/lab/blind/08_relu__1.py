# mistake: "y = x" makes no copy, so the caller's array is changed
# known mistake: modifies its input

import numpy as np


def ReLu(x):
    y = x
    y[y < 0] = 0
    return y
