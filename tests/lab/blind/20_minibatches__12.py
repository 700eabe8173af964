# mistake: only the full batches are made, the samples of a smaller last batch are left out
# mistake: the loss of a batch is measured after its update instead of before
# known mistake: incomplete batch dropped
# known mistake: loss after the update

import numpy as np

from glassnet.lab.given import back_propagation, forward_one_step, loss, update_step


def minibatches(m, batch_size, rng):
    order = rng.permutation(m)
    batches = []
    for k in range(m // batch_size):
        batches.append(order[k * batch_size : (k + 1) * batch_size])
    return batches


def train_minibatches(X, Y, W, B, act_funcs, act_deri, alpha, max_iter, batch_size, rng):
    m = X.shape[1]
    cost_arr = []
    for _ in range(max_iter):
        total = 0.0
        for idx in minibatches(m, batch_size, rng):
            a, z = forward_one_step(X[:, idx], W, B, act_funcs)
            dW, db = back_propagation(Y[:, idx], a, z, W, act_deri)
            W, B = update_step(W, B, dW, db, alpha)
            a, z = forward_one_step(X[:, idx], W, B, act_funcs)
            total += loss(Y[:, idx], a[-1])
        cost_arr.append(total)
    return W, B, cost_arr
