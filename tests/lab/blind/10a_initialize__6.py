# mistake: the weight matrices are transposed, (n_l, n_{l-1})
# mistake: the biases come from np.random and not from rng
# known mistake: transposed weights

import numpy as np


def initialize(sizes, rng):
    W = [None]
    B = [None]
    for i in range(1, len(sizes)):
        W.append(rng.normal(loc=0.0, scale=0.1, size=(sizes[i], sizes[i - 1])))
        B.append(np.random.normal(loc=0.0, scale=0.1, size=(sizes[i], 1)))
    return W, B
