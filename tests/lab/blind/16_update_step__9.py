# mistake: all biases of a layer are moved by the mean of their gradients, as if a layer had a single bias
# known mistake: one step for all biases

import numpy as np


def update_step(W, B, dW, db, alpha):
    new_W = [None]
    new_B = [None]
    for l in range(1, len(W)):
        new_W.append(W[l] - alpha * dW[l])
        new_B.append(B[l] - alpha * np.mean(db[l]))
    return new_W, new_B
