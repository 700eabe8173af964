# mistake: relies on np.where alone, which computes both forms for all numbers, so overflow warnings come for large numbers.
# mistake: writes the result into np.zeros_like of the input as given, so for whole numbers it is cut off to 0 or 1.
# known mistake: truncated to integers
# known mistake: np.where computes both branches

import numpy as np


def Sigmoid(x):
    x = np.array(x)
    result = np.zeros_like(x)
    z = x.astype(float)
    result[...] = np.where(z >= 0, 1 / (1 + np.exp(-z)), np.exp(z) / (np.exp(z) + 1))
    return result
