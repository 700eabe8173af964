# mistake: subtracts the mean of a sample instead of its largest score, which does not prevent overflow.
# mistake: transposes x for axis=0 and does not turn the result back.
# known mistake: not transposed back
# known mistake: subtracts the mean

import numpy as np


def Softmax(x, axis=-1):
    x = np.asarray(x, dtype=float)
    if axis == 0:
        x = x.T  # now every row is a sample
    x = x - x.mean(axis=-1, keepdims=True)
    powers = np.exp(x)
    return powers / powers.sum(axis=-1, keepdims=True)
