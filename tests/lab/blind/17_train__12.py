# mistake: the samples are drawn with replacement, so within an epoch some come several times and others not at all
# mistake: the cost is never set back to 0 at the start of an epoch, so each entry of cost_arr includes all epochs before it
# known mistake: sum not reset
# known mistake: sampling with replacement

import numpy as np

from glassnet.lab.given import back_propagation, forward_one_step, loss, update_step


def train(X, Y, W, B, act_funcs, act_deri, alpha, max_iter, rng):
    m = X.shape[1]
    cost_arr = []
    cost = 0.0
    for epoch in range(max_iter):
        for _ in range(m):
            i = rng.integers(m)
            x, y = X[:, i : i + 1], Y[:, i : i + 1]
            a, z = forward_one_step(x, W, B, act_funcs)
            cost += loss(y, a[-1])
            dW, db = back_propagation(y, a, z, W, act_deri)
            W, B = update_step(W, B, dW, db, alpha)
        cost_arr.append(cost)
    return W, B, cost_arr
