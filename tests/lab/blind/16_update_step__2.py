# mistake: the loop ends one layer early (range(1, L) with L the number of layers), so the last layer is only copied and never updated
# known mistake: last layer missing
# known mistake: last layer not updated

import copy

import numpy as np


def update_step(W, B, dW, db, alpha):
    weights, biases = copy.deepcopy(W), copy.deepcopy(B)
    L = len(W) - 1
    for layer in range(1, L):
        weights[layer] = W[layer] - alpha * dW[layer]
        biases[layer] = B[layer] - alpha * db[layer]
    return weights, biases
