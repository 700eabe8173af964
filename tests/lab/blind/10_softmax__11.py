# mistake: subtracts the largest score of the whole array instead of that of each sample, so a sample with much lower scores than another becomes 0 / 0
# known mistake: one maximum for all samples

import numpy as np


def Softmax(x, axis=-1):
    x = np.asarray(x, dtype=float)
    powers = np.exp(x - np.max(x))
    return powers / np.sum(powers, axis=axis, keepdims=True)
