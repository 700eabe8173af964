# mistake: the bias goes uphill (plus instead of minus)
# mistake: list(W) copies only the list, and -= then writes into the caller's weight arrays
# known mistake: gradient ascent for biases

import numpy as np


def update_step(W, B, dW, db, alpha):
    weights = list(W)
    biases = list(B)
    for i in range(1, len(weights)):
        weights[i] -= alpha * dW[i]
        biases[i] = biases[i] + alpha * db[i]
    return weights, biases
