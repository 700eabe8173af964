# mistake: the numbers are converted to float32, so only 7 digits remain and numbers such as 1e300 overflow with a warning.
# mistake: the masks are x > 0 and x < 0, so that a 0 is never filled in and gives 0 instead of 0.5.
# known mistake: 0 in no branch

import numpy as np


def Sigmoid(x):
    z = np.array(x).astype(np.float32)
    out = np.zeros(z.shape)
    pos = z > 0
    neg = z < 0
    out[pos] = 1 / (1 + np.exp(-z[pos]))
    e = np.exp(z[neg])
    out[neg] = e / (1 + e)
    return out
