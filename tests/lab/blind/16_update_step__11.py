# mistake: only the lists are copied, and -= then writes into the caller's own arrays
# known mistake: input arrays modified

import numpy as np


def update_step(W, B, dW, db, alpha):
    new_W = list(W)
    new_B = list(B)
    for l in range(1, len(W)):
        new_W[l] -= alpha * dW[l]
        new_B[l] -= alpha * db[l]
    return new_W, new_B
