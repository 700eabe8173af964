# mistake: the largest number of the whole array is subtracted, not that of each sample, so a sample far below it becomes 0/0 = nan.
# known mistake: one maximum for all samples

import numpy as np


def Softmax(x, axis=-1):
    x = np.asarray(x, dtype=float)
    e = np.exp(x - np.max(x))
    return e / np.sum(e, axis=axis, keepdims=True)
