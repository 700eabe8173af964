# mistake: m is taken from Y.shape[0], the number of classes, instead of the number of samples
# known mistake: division by the number of classes

import numpy as np


def back_propagation(Y, a, z, W, act_deri):
    m = Y.shape[0]
    d = a[-1] - Y
    dW, db = [], []
    for l in reversed(range(1, len(W))):
        dW.insert(0, np.dot(a[l - 1], d.T) / m)
        db.insert(0, np.sum(d, axis=1).reshape(-1, 1) / m)
        if l > 1:
            d = np.dot(W[l], d) * act_deri[l - 1](z[l - 1])
    return [None] + dW, [None] + db
