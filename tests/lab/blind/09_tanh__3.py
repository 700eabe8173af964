# mistake: numbers count as tiny, and are returned as they are, up to 0.1 already; there tanh differs from x in the third digit
# mistake: far out the result is always 1, also for large negative numbers, where it has to be -1
# known mistake: x itself near 0
# known mistake: 1 for large negative x

import numpy as np


def Tanh(x):
    x = np.asarray(x, dtype=float)
    middle = np.clip(x, -20, 20)
    up, down = np.exp(middle), np.exp(-middle)
    result = (up - down) / (up + down)
    result = np.where(np.abs(x) < 0.1, x, result)
    result = np.where(np.abs(x) > 20, 1.0, result)
    return result
