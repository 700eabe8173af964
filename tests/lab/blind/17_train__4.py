# mistake: the order of the samples is drawn once before the epochs, not again for every epoch
# known mistake: one order for all epochs

import numpy as np

from glassnet.lab.given import back_propagation, forward_one_step, loss, update_step


def train(X, Y, W, B, act_funcs, act_deri, alpha, max_iter, rng):
    W = [None] + [w.copy() for w in W[1:]]
    B = [None] + [b.copy() for b in B[1:]]
    m = X.shape[1]
    order = rng.permutation(m)
    cost_arr = []
    for _ in range(max_iter):
        cost = 0.0
        for i in order:
            x, y = X[:, [i]], Y[:, [i]]
            a, z = forward_one_step(x, W, B, act_funcs)
            cost += float(np.sum(loss(y, a[-1])))
            dW, db = back_propagation(y, a, z, W, act_deri)
            W, B = update_step(W, B, dW, db, alpha)
        cost_arr.append(cost)
    return W, B, cost_arr
