# mistake: the variance 0.01 is given to rng.normal, which takes the standard deviation
# known mistake: standard deviation 0.01

import numpy as np


def initialize(sizes, rng):
    W, B = [None], [None]
    for n_in, n_out in zip(sizes[:-1], sizes[1:]):
        W.append(rng.normal(0, 0.1 ** 2, size=(n_in, n_out)))
        B.append(rng.normal(0, 0.1 ** 2, size=(n_out, 1)))
    return W, B
