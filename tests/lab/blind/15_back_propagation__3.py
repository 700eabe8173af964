# mistake: the last delta has the wrong sign, Y - a[L], so all gradients point the other way
# mistake: the gradients are divided by the number of classes (Y.shape[0]) instead of the number of samples
# known mistake: division by the number of classes
# known mistake: wrong sign

import numpy as np


def back_propagation(Y, a, z, W, act_deri):
    m = Y.shape[0]
    dW, db = [], []
    error = Y - a[-1]
    for l in range(len(W) - 1, 0, -1):
        dW.insert(0, np.einsum("ik,jk->ij", a[l - 1], error) / m)
        db.insert(0, error.sum(axis=1)[:, None] / m)
        if l == 1:
            break
        error = np.matmul(W[l], error) * act_deri[l - 1](z[l - 1])
    return [None] + dW, [None] + db
