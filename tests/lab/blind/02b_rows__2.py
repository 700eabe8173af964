# mistake: the length of a row is computed as the sum of the absolute values instead of the Euclidean norm
# mistake: if any row is zero the whole matrix is returned as it is, instead of only that row
# known mistake: no division if one row is zero
# known mistake: L1 norm

import numpy as np


def normalizeRows(x):
    x = np.array(x, dtype=float)
    norms = np.sum(np.abs(x), axis=1, keepdims=True)
    if np.any(norms == 0):
        # cannot divide by 0
        return x
    return x / norms
