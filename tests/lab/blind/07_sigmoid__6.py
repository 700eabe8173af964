# mistake: e^-|x| is put into the form for x >= 0 for all numbers, so negative numbers give sigmoid(|x|).
# known mistake: no case for negative x

import numpy as np


def Sigmoid(x):
    x = np.asarray(x, dtype=float)
    return 1 / (1 + np.exp(-np.abs(x)))
