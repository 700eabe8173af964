# %% sample by sample, with outer products, averaged at the end
import numpy as np


def back_propagation(Y, a, z, W, act_deri):
    L, m = len(W) - 1, Y.shape[1]
    dW = [None] + [np.zeros(w.shape) for w in W[1:]]
    db = [None] + [np.zeros((w.shape[1], 1)) for w in W[1:]]
    for i in range(m):
        delta = a[L][:, i] - Y[:, i]
        for l in reversed(range(1, L + 1)):
            dW[l] += np.outer(a[l - 1][:, i], delta)
            db[l] += delta[:, None]
            if l > 1:
                delta = W[l].dot(delta) * act_deri[l - 1](z[l - 1][:, [i]])[:, 0]
    return [None] + [g / m for g in dW[1:]], [None] + [g / m for g in db[1:]]


# %% the first delta divided by m, einsum, tuples
import numpy as np


def back_propagation(Y, a, z, W, act_deri):
    delta = (a[-1] - Y) / Y.shape[1]
    dW, db = [], []
    for l in range(len(W) - 1, 0, -1):
        dW.insert(0, np.einsum("im,jm->ij", a[l - 1], delta))
        db.insert(0, np.sum(delta, axis=1).reshape(-1, 1))
        if l - 1:
            delta = np.multiply(np.matmul(W[l], delta), act_deri[l - 1](z[l - 1]))
    return (None, *dW), (None, *db)


# %% recursion, in single precision
import numpy as np


def back(l, delta, a, z, W, act_deri, dW, db):
    if l == 0:
        return
    m = delta.shape[1]
    dW[l] = np.float32(delta @ a[l - 1].T).T / m
    db[l] = np.mean(delta, axis=1, keepdims=True)
    if l > 1:
        back(l - 1, act_deri[l - 1](z[l - 1]) * (W[l] @ delta), a, z, W, act_deri, dW, db)


def back_propagation(Y, a, z, W, act_deri):
    dW, db = {}, {}
    back(len(W) - 1, np.subtract(a[len(W) - 1], Y), a, z, W, act_deri, dW, db)
    return [dW.get(l) for l in range(len(W))], [db.get(l) for l in range(len(W))]
