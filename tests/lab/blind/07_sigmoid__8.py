# mistake: relies on np.where to choose between the two forms, but both are computed for all numbers, so overflow warnings come
# known mistake: np.where computes both branches

import numpy as np


def Sigmoid(x):
    x = np.asarray(x, dtype=float)
    positive = 1 / (1 + np.exp(-x))
    negative = np.exp(x) / (np.exp(x) + 1)
    return np.where(x >= 0, positive, negative)
