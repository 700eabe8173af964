# mistake: uses 2 sigma(2x) - 1 with a sigmoid safe for large numbers, believing this form is right for tiny numbers too, where the digits cancel.
# known mistake: cancellation near 0

import numpy as np


def sigma(x):
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1 / (1 + e), e / (1 + e))


def Tanh(x):
    x = np.asarray(x, dtype=float)
    return 2 * sigma(2 * x) - 1
