# mistake: the derivative of the activation is taken at the value a[l-1] instead of the sum z[l-1]
# known mistake: derivative at a instead of z

import numpy as np


def back_propagation(Y, a, z, W, act_deri):
    L = len(W) - 1
    delta = [None] * (L + 1)
    delta[L] = a[L] - Y
    for l in reversed(range(1, L)):
        slope = act_deri[l](a[l])
        delta[l] = np.multiply(W[l + 1].dot(delta[l + 1]), slope)

    dW, db = [None], [None]
    m = Y.shape[1]
    for l in range(1, L + 1):
        dW.append(a[l - 1].dot(delta[l].T) / m)
        db.append(delta[l].mean(axis=1).reshape(-1, 1))
    return dW, db
