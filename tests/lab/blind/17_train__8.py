# mistake: draws the samples with replacement, so that in an epoch some come several times and others not at all
# mistake: measures the cost of an epoch at its end, with the final weights for all samples, instead of each sample's loss before its own step
# known mistake: loss at the end of the epoch
# known mistake: sampling with replacement

import numpy as np

from glassnet.lab.given import back_propagation, forward_one_step, loss, update_step


def train(X, Y, W, B, act_funcs, act_deri, alpha, max_iter, rng):
    m = X.shape[1]
    cost_arr = []
    for _ in range(max_iter):
        for i in rng.choice(m, size=m):
            x = X[:, i : i + 1]
            y = Y[:, i : i + 1]
            a, z = forward_one_step(x, W, B, act_funcs)
            dW, db = back_propagation(y, a, z, W, act_deri)
            W, B = update_step(W, B, dW, db, alpha)
        a, _z = forward_one_step(X, W, B, act_funcs)
        cost_arr.append(loss(Y, a[-1]))
    return W, B, cost_arr
