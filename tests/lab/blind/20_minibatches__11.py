# mistake: the batches are drawn once before training and used again in every epoch
# known mistake: same batches in every epoch

import numpy as np

from glassnet.lab.given import back_propagation, forward_one_step, loss, update_step


def minibatches(m, batch_size, rng):
    order = rng.permutation(m)
    return [order[i : i + batch_size] for i in range(0, m, batch_size)]


def train_minibatches(X, Y, W, B, act_funcs, act_deri, alpha, max_iter, batch_size, rng):
    cost_arr = []
    batches = minibatches(X.shape[1], batch_size, rng)
    for _ in range(max_iter):
        cost = 0
        for batch in batches:
            X_b, Y_b = X[:, batch], Y[:, batch]
            a, z = forward_one_step(X_b, W, B, act_funcs)
            cost += loss(Y_b, a[-1])
            dW, db = back_propagation(Y_b, a, z, W, act_deri)
            W, B = update_step(W, B, dW, db, alpha)
        cost_arr.append(cost)
    return W, B, cost_arr
