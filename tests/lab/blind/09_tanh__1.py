# mistake: e^(2x) overflows for large positive numbers and inf / inf gives nan instead of 1
# known mistake: e^2x overflows, accurate near 0

import numpy as np


def Tanh(x):
    # (e^2x - 1) / (e^2x + 1), with expm1 so that tiny x keep their digits
    t = np.expm1(2 * np.asarray(x, dtype=float))
    return t / (t + 2)
