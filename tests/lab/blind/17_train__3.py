# mistake: the samples of an epoch are drawn with replacement, so some come several times and others not at all
# mistake: cost_arr holds the mean loss of the samples instead of their sum
# known mistake: mean instead of sum
# known mistake: sampling with replacement

import numpy as np

from glassnet.lab.given import back_propagation, forward_one_step, loss, update_step


def one_epoch(X, Y, W, B, act_funcs, act_deri, alpha, rng):
    m = X.shape[1]
    losses = []
    for i in rng.integers(0, m, size=m):
        x = X[:, i:i + 1]
        y = Y[:, i:i + 1]
        a, z = forward_one_step(x, W, B, act_funcs)
        losses.append(loss(y, a[len(W) - 1]))
        dW, db = back_propagation(y, a, z, W, act_deri)
        W, B = update_step(W, B, dW, db, alpha)
    return W, B, np.mean(losses)


def train(X, Y, W, B, act_funcs, act_deri, alpha, max_iter, rng):
    cost_arr = []
    while len(cost_arr) < max_iter:
        W, B, cost = one_epoch(X, Y, W, B, act_funcs, act_deri, alpha, rng)
        cost_arr.append(cost)
    return W, B, cost_arr
