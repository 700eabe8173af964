# mistake: x is made at least two-dimensional, so a vector (n,) comes back as a table (1, n)
# mistake: the result is an array of whole numbers, so everything after the point is cut off
# known mistake: always a matrix
# known mistake: truncated to integers

import numpy as np


def ReLu(x):
    table = np.atleast_2d(x)
    out = np.zeros(table.shape, dtype=int)
    for place, number in np.ndenumerate(table):
        if number > 0:
            out[place] = number
    return out
