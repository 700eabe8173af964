# mistake: replaces inf / inf by 1 at both ends, although far below 0 the value is -1
# mistake: takes the line y = x for all |x| below 0.1, where it is not right to six digits
# known mistake: x itself near 0
# known mistake: 1 for large negative x

import numpy as np


def Tanh(x):
    x = np.asarray(x, dtype=float)
    with np.errstate(over="ignore", invalid="ignore"):
        up = np.exp(x)
        down = np.exp(-x)
        result = (up - down) / (up + down)
    result = np.where(np.isnan(result), 1.0, result)
    return np.where(np.abs(x) < 0.1, x, result)
