# mistake: the derivative of the activation is taken at a[l-1] and not at z[l-1]
# known mistake: derivative at a instead of z

import numpy as np


def back_propagation(Y, a, z, W, act_deri):
    L = len(W) - 1
    m = Y.shape[1]
    dW = [None] * (L + 1)
    db = [None] * (L + 1)
    delta = a[L] - Y
    for l in range(L, 0, -1):
        dW[l] = a[l - 1] @ delta.T / m
        db[l] = delta.sum(axis=1, keepdims=True) / m
        if l > 1:
            delta = (W[l] @ delta) * act_deri[l - 1](a[l - 1])
    return dW, db
