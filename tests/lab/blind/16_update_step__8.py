# mistake: subtracts the whole gradient from the biases, as if the learning rate were only for the weights
# mistake: puts the new weight arrays into the caller's list W and returns that same list
# known mistake: no learning rate for biases
# known mistake: input list W modified

import numpy as np


def update_step(W, B, dW, db, alpha):
    new_W = W
    new_B = [None]
    for l in range(1, len(W)):
        new_W[l] = W[l] - alpha * dW[l]
        new_B.append(B[l] - db[l])
    return new_W, new_B
