# mistake: the result is made with zeros_like of the given numbers, so for whole numbers it is cut off to whole numbers
# mistake: only numbers above and below 0 are filled in; 0 itself keeps the value 0 instead of one half
# known mistake: truncated to integers

import numpy as np


def Sigmoid(x):
    x = np.asarray(x)
    small = np.exp(-np.abs(x.astype(float)))
    result = np.zeros_like(x)
    above, below = x > 0, x < 0
    result[above] = 1 / (1 + small[above])
    result[below] = small[below] / (1 + small[below])
    return result
