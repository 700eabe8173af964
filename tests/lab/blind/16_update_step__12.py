# mistake: the biases are moved by the whole gradient, without the learning rate
# mistake: the new weights and biases are put into the caller's lists, and these are returned
# known mistake: no learning rate for biases
# known mistake: input lists modified

import numpy as np


def update_step(W, B, dW, db, alpha):
    for l in range(1, len(W)):
        W[l] = W[l] - alpha * dW[l]
        B[l] = B[l] - db[l]
    return W, B
