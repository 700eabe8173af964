# mistake: the loop ends one layer too early, the last layer is only copied and never updated
# known mistake: last layer not updated

import numpy as np


def update_step(W, B, dW, db, alpha):
    new_W = [None] + [np.array(w) for w in W[1:]]
    new_B = [None] + [np.array(b) for b in B[1:]]
    L = len(W) - 1
    for layer in range(1, L):
        new_W[layer] = W[layer] - alpha * dW[layer]
        new_B[layer] = B[layer] - alpha * db[layer]
    return new_W, new_B
