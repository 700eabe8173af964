# mistake: gives 1 for all numbers of large size, also for the negative ones, where -1 is right.
# mistake: takes tanh for the line y = x for all |x| below 0.1, where it differs already in the third digit.
# known mistake: x itself near 0
# known mistake: 1 for large negative x

import numpy as np


def Tanh(x):
    x = np.asarray(x, dtype=float)
    size = np.abs(x)
    middle = np.where(size > 300, 0.0, x)
    result = np.sinh(middle) / np.cosh(middle)
    result = np.where(size > 300, 1.0, result)
    result = np.where(size < 0.1, x, result)
    return result
