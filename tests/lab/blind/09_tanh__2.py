# mistake: the form 2*sigmoid(2x) - 1 loses all digits of tiny numbers by cancellation
# known mistake: cancellation near 0

import numpy as np


def _sigmoid(v):
    e = np.exp(-np.abs(v))
    return np.where(v >= 0, 1, e) / (1 + e)


def Tanh(x):
    return 2 * _sigmoid(2 * x) - 1
