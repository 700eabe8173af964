# mistake: the gradients of the biases are summed over the samples but not divided by m
# mistake: the sums z[l-1] of the layer before are taken as the input of layer l in dW, instead of its values a[l-1]
# known mistake: db not divided by m
# known mistake: z instead of a

import numpy as np


def back_propagation(Y, a, z, W, act_deri):
    L = len(W) - 1
    m = Y.shape[1]
    dW = [None for _ in W]
    db = [None for _ in W]
    delta = a[L] - Y
    for l in range(L, 0, -1):
        layer_input = a[0] if l == 1 else z[l - 1]
        dW[l] = (layer_input @ delta.T) / m
        db[l] = delta.sum(axis=1).reshape(-1, 1)
        if l > 1:
            delta = (W[l] @ delta) * act_deri[l - 1](z[l - 1])
    return dW, db
