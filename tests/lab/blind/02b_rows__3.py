# mistake: a row whose sum is 0 is taken for a row of zeros, so a row like [1, -1] stays as it is
# known mistake: sum of 0 treated as zeros

import numpy as np


def normalizeRows(x):
    x = np.array(x, dtype=float)
    norms = np.linalg.norm(x, axis=1, keepdims=True)
    empty = x.sum(axis=1, keepdims=True) == 0
    norms[empty] = 1
    return x / norms
