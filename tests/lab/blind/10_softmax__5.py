# mistake: the sums are divided without keepdims, so with axis=-1 a matrix is divided along the wrong direction or raises an error
# known mistake: no keepdims

import numpy as np


def Softmax(x, axis=-1):
    scores = np.asarray(x, dtype=float)
    biggest = scores.max(axis=axis, keepdims=True)
    ex = np.exp(scores - biggest)
    total = ex.sum(axis=axis)
    return ex / total
