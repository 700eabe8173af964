# mistake: sets the negative numbers to 0 in the caller's own array (np.asarray makes no copy)
# known mistake: modifies its input

import numpy as np


def ReLu(x):
    result = np.asarray(x)
    result[result < 0] = 0
    return result
