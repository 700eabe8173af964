# mistake: axis is ignored for tables: every row is taken for a sample, also with axis=0
# mistake: the mean of the scores is subtracted instead of the largest, so scores far above the mean still overflow
# known mistake: ignores axis, sums along the last
# known mistake: subtracts the mean

import numpy as np


def _one_sample(scores):
    e = np.exp(scores - scores.mean())
    return e / e.sum()


def Softmax(x, axis=-1):
    x = np.asarray(x, dtype=float)
    if x.ndim == 1:
        return _one_sample(x)
    return np.array([_one_sample(row) for row in x])
