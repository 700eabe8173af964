# mistake: the weights come from a uniform distribution between -0.1 and 0.1 instead of a normal one with standard deviation 0.1
# mistake: the biases are all 0 instead of drawn
# known mistake: zero biases
# known mistake: uniformly distributed weights

import numpy as np


def initialize(sizes, rng):
    L = len(sizes) - 1
    W = [None] + [rng.uniform(-0.1, 0.1, (sizes[l], sizes[l + 1])) for l in range(L)]
    B = [None] + [np.zeros((sizes[l + 1], 1)) for l in range(L)]
    return W, B
