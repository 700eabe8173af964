# mistake: the weights are drawn uniformly from -0.1 to 0.1, not from a normal distribution with standard deviation 0.1.
# mistake: one bias is drawn per layer and repeated for all its units.
# known mistake: uniformly distributed weights
# known mistake: equal biases

import numpy as np


def initialize(sizes, rng):
    L = len(sizes)
    W = [None] * L
    B = [None] * L
    for l in range(1, L):
        W[l] = rng.uniform(-0.1, 0.1, (sizes[l - 1], sizes[l]))
        b = rng.normal(0, 0.1)
        B[l] = np.full((sizes[l], 1), b)
    return W, B
