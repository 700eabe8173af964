# mistake: unsigned whole numbers (uint8) are not converted to float, so the minus sign wraps around
# known mistake: uint8 overflows

import numpy as np


def Sigmoid(x):
    x = np.array(x)
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1 / (1 + e), e / (1 + e))
