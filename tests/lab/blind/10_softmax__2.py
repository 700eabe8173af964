# mistake: the sums of the rows lack keepdims, so with axis=-1 they are stretched along the wrong axis (an error, or wrong numbers for square tables)
# known mistake: no keepdims

import numpy as np


def Softmax(x, axis=-1):
    x = np.array(x, dtype=float)
    x = x - x.max(axis=axis, keepdims=True)
    e = np.exp(x)
    total = e.sum(axis=axis)
    return e / total
