# mistake: one large table is drawn and every layer takes its corner of it, so the layers share the same numbers
# known mistake: same numbers in every layer

import numpy as np


def initialize(sizes, rng):
    largest = max(sizes)
    pool_W = rng.normal(loc=0.0, scale=0.1, size=(largest, largest))
    pool_B = rng.normal(loc=0.0, scale=0.1, size=(largest, 1))
    W = [None] * len(sizes)
    B = [None] * len(sizes)
    for l in range(1, len(sizes)):
        W[l] = pool_W[:sizes[l - 1], :sizes[l]].copy()
        B[l] = pool_B[:sizes[l]].copy()
    return W, B
