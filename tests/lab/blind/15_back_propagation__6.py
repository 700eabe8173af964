# mistake: the sign of the last delta is wrong, Y - a[L]
# mistake: the bias gradients are not divided by m
# known mistake: db not divided by m
# known mistake: wrong sign

import numpy as np


def back_propagation(Y, a, z, W, act_deri):
    n_layers = len(W)
    m = Y.shape[1]
    deltas = [None] * n_layers
    deltas[-1] = Y - a[-1]
    for l in range(n_layers - 1, 1, -1):
        deltas[l - 1] = (W[l] @ deltas[l]) * act_deri[l - 1](z[l - 1])
    dW = [None] + [1 / m * a[l - 1] @ deltas[l].T for l in range(1, n_layers)]
    db = [None] + [np.sum(deltas[l], axis=1, keepdims=True) for l in range(1, n_layers)]
    return dW, db
