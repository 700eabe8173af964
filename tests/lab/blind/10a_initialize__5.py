# mistake: one single random bias is drawn per layer and repeated for all its units
# known mistake: equal biases

import numpy as np


def initialize(sizes, rng):
    weights = [None] * len(sizes)
    biases = [None] * len(sizes)
    for k, (n_in, n_out) in enumerate(zip(sizes[:-1], sizes[1:]), start=1):
        weights[k] = 0.1 * rng.standard_normal((n_in, n_out))
        biases[k] = np.ones((n_out, 1)) * rng.normal(0, 0.1)
    return weights, biases
