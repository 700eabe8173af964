# mistake: draws the order of the samples only once, before the first epoch, instead of before every epoch
# known mistake: one order for all epochs

import numpy as np

from glassnet.lab.given import back_propagation, forward_one_step, loss, update_step


def train(X, Y, W, B, act_funcs, act_deri, alpha, max_iter, rng):
    m = X.shape[1]
    order = rng.permutation(m)
    cost_arr = []
    for epoch in range(max_iter):
        cost = 0.0
        for i in order:
            x, y = X[:, [i]], Y[:, [i]]
            a, z = forward_one_step(x, W, B, act_funcs)
            cost += loss(y, a[-1])
            dW, db = back_propagation(y, a, z, W, act_deri)
            W, B = update_step(W, B, dW, db, alpha)
        cost_arr.append(cost)
    return W, B, cost_arr
