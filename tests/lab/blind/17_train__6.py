# mistake: samples are drawn with replacement (rng.integers), so some come twice and some never in an epoch
# mistake: the cost of an epoch is the mean over the samples, not the sum
# known mistake: mean instead of sum
# known mistake: sampling with replacement

import numpy as np

from glassnet.lab.given import back_propagation, forward_one_step, loss, update_step


def train(X, Y, W, B, act_funcs, act_deri, alpha, max_iter, rng):
    W = [None] + [w.copy() for w in W[1:]]
    B = [None] + [b.copy() for b in B[1:]]
    m = X.shape[1]
    cost_arr = []
    for e in range(max_iter):
        losses = []
        for i in rng.integers(0, m, size=m):
            x = X[:, [i]]
            y = Y[:, [i]]
            a, z = forward_one_step(x, W, B, act_funcs)
            losses.append(float(np.sum(loss(y, a[-1]))))
            dW, db = back_propagation(y, a, z, W, act_deri)
            W, B = update_step(W, B, dW, db, alpha)
        cost_arr.append(sum(losses) / m)
    return W, B, cost_arr
