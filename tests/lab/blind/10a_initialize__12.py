# mistake: the weight matrices are the wrong way round, (n_l, n_(l-1)), with the weights of a unit in a row
# mistake: the biases all start at 0 instead of being drawn from the normal distribution
# known mistake: transposed weights
# known mistake: zero biases

import numpy as np


def initialize(sizes, rng):
    W, B = [None], [None]
    for n_in, n_out in zip(sizes[:-1], sizes[1:]):
        W.append(0.1 * rng.standard_normal((n_out, n_in)))
        B.append(np.zeros((n_out, 1)))
    return W, B
