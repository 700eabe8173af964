# mistake: makes an array but does not convert to float, so the minus sign wraps around for unsigned whole numbers such as uint8.
# known mistake: uint8 overflows

import numpy as np


def Sigmoid(x):
    x = np.asarray(x)
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1 / (1 + e), e / (1 + e))
