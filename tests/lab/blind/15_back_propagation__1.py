# mistake: db is the sum over the samples; the division by m is missing there
# known mistake: db not divided by m

import numpy as np


def back_propagation(Y, a, z, W, act_deri):
    last = len(W) - 1
    m = Y.shape[1]
    dW = [None] * (last + 1)
    db = [None] * (last + 1)
    delta = a[last] - Y
    for l in range(last, 0, -1):
        dW[l] = a[l - 1] @ delta.T / m
        db[l] = np.sum(delta, axis=1, keepdims=True)
        if l > 1:
            delta = (W[l] @ delta) * act_deri[l - 1](z[l - 1])
    return dW, db
