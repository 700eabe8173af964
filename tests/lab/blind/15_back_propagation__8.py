# mistake: multiplies the last layer's delta by a slope a(1 - a) as well, although softmax with cross entropy gives just a - Y
# mistake: sums the bias gradients over the samples without dividing by m
# known mistake: db not divided by m
# known mistake: softmax differentiated twice

import numpy as np


def back_propagation(Y, a, z, W, act_deri):
    n = len(W)
    m = Y.shape[1]
    dW = [None for _ in range(n)]
    db = [None for _ in range(n)]

    out = a[n - 1]
    delta = (out - Y) * out * (1 - out)

    l = n - 1
    while l >= 1:
        dW[l] = (1 / m) * (a[l - 1] @ delta.T)
        db[l] = delta.sum(axis=1).reshape(-1, 1)
        if l > 1:
            delta = (W[l] @ delta) * act_deri[l - 1](z[l - 1])
        l -= 1
    return dW, db
