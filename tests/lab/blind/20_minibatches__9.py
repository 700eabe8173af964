# mistake: the order is cut with np.array_split into parts of nearly equal size, so 10 in batches of 4 make 4, 3, 3 and not 4, 4, 2
# known mistake: batches of nearly equal size

import math

import numpy as np

from glassnet.lab.given import back_propagation, forward_one_step, loss, update_step


def minibatches(m, batch_size, rng):
    order = rng.permutation(m)
    return np.array_split(order, math.ceil(m / batch_size))


def train_minibatches(X, Y, W, B, act_funcs, act_deri, alpha, max_iter, batch_size, rng):
    cost_arr = []
    for _ in range(max_iter):
        cost = 0.0
        for idx in minibatches(X.shape[1], batch_size, rng):
            Xb, Yb = X[:, idx], Y[:, idx]
            a, z = forward_one_step(Xb, W, B, act_funcs)
            cost += loss(Yb, a[-1])
            dW, db = back_propagation(Yb, a, z, W, act_deri)
            W, B = update_step(W, B, dW, db, alpha)
        cost_arr.append(cost)
    return W, B, cost_arr
