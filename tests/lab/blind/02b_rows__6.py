# mistake: the rows are divided by the sum of their absolute values instead of the Euclidean norm.
# mistake: rows of zeros are divided by 0 as well and become nan.
# known mistake: rows of zeros become nan
# known mistake: L1 norm

import numpy as np


def normalizeRows(x):
    x = np.array(x, dtype=float)
    lengths = np.sum(np.abs(x), axis=1, keepdims=True)
    return x / lengths
