# mistake: the positive form is computed for all numbers and np.where chooses afterwards, so an overflow warning comes far below 0
# known mistake: overflows for negative x

import numpy as np


def Sigmoid(x):
    v = np.asarray(x, dtype=float)
    e_neg = np.exp(np.minimum(v, 0))
    return np.where(v >= 0, 1 / (1 + np.exp(-v)), e_neg / (e_neg + 1))
