# mistake: uses 1 / (1 + e^-|x|) for both signs, so negative numbers get the value of the positive ones
# mistake: writes the result into an array made like x, which cuts it to whole numbers if x holds whole numbers
# known mistake: truncated to integers
# known mistake: no case for negative x

import numpy as np


def Sigmoid(x):
    x = np.asarray(x)
    result = np.zeros_like(x)
    power = np.exp(-np.abs(x.astype(float)))
    result[...] = 1 / (1 + power)
    return result
