# mistake: passes the variance 0.1**2 as the standard deviation, so the numbers have standard deviation 0.01
# known mistake: standard deviation 0.01

import numpy as np


def initialize(sizes, rng):
    W, B = [None], [None]
    for l in range(1, len(sizes)):
        W.append(rng.normal(0, 0.1 ** 2, size=(sizes[l - 1], sizes[l])))
        B.append(rng.normal(0, 0.1 ** 2, size=(sizes[l], 1)))
    return W, B
