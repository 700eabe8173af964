# mistake: the line y = x is used for all |x| < 0.05, where tanh already differs from x in the fourth digit.
# known mistake: x itself near 0

import numpy as np


def Tanh(x):
    e = np.exp(-2 * np.minimum(np.abs(x), 400.0))
    far = np.sign(x) * (1 - e) / (1 + e)
    # near 0 the difference 1 - e loses its digits, but there tanh is the line y = x
    return np.where(np.abs(x) < 0.05, x, far)
