# mistake: the last delta is multiplied by a(1 - a) as well, as if the softmax's derivative were still missing
# mistake: delta is divided by m again in every layer, so the gradients of earlier layers get too small by powers of m
# known mistake: division by m in every layer
# known mistake: softmax differentiated twice

import numpy as np


def back_propagation(Y, a, z, W, act_deri):
    n = len(W)
    m = Y.shape[1]
    dW, db = [], []
    prediction = a[-1]
    delta = (prediction - Y) * prediction * (1 - prediction)
    for l in reversed(range(1, n)):
        delta = delta / m
        dW.insert(0, a[l - 1] @ delta.T)
        db.insert(0, np.sum(delta, axis=1, keepdims=True))
        if l > 1:
            delta = np.multiply(W[l] @ delta, act_deri[l - 1](z[l - 1]))
    return [None] + dW, [None] + db
