# mistake: ignores axis, always normalizes along the last axis
# mistake: changes the input, the maximum is subtracted in place from a float array
# known mistake: ignores axis, sums along the last

import numpy as np


def Softmax(x, axis=-1):
    x = np.asarray(x, dtype=float)
    x -= x.max(axis=-1, keepdims=True)
    p = np.exp(x)
    return p / p.sum(axis=-1, keepdims=True)
