# mistake: the largest number of the whole array is subtracted, not that of each sample, so a sample far below the others gives 0/0 = nan
# known mistake: one maximum for all samples

import numpy as np


def Softmax(x, axis=-1):
    scores = np.asarray(x, dtype=float)
    powers = np.exp(scores - np.max(scores))
    return powers / np.sum(powers, axis=axis, keepdims=True)
