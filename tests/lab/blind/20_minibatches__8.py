# mistake: The order is drawn with rng.choice, which draws with replacement, so some samples stand in several batches and others in none.
# mistake: The loss of a batch is measured with a second forward pass after its update and not before it.
# known mistake: sampling with replacement
# known mistake: loss after the update

import numpy as np

from glassnet.lab.given import back_propagation, forward_one_step, loss, update_step


def minibatches(m, batch_size, rng):
    order = rng.choice(m, size=m)
    batches = []
    start = 0
    while start < m:
        batches.append(order[start : start + batch_size])
        start += batch_size
    return batches


def train_minibatches(X, Y, W, B, act_funcs, act_deri, alpha, max_iter, batch_size, rng):
    cost_arr = []
    for epoch in range(max_iter):
        cost = 0.0
        for idx in minibatches(X.shape[1], batch_size, rng):
            Xb = X[:, idx]
            Yb = Y[:, idx]
            a, z = forward_one_step(Xb, W, B, act_funcs)
            dW, db = back_propagation(Yb, a, z, W, act_deri)
            W, B = update_step(W, B, dW, db, alpha)
            a, z = forward_one_step(Xb, W, B, act_funcs)
            cost += loss(Yb, a[-1])
        cost_arr.append(cost)
    return W, B, cost_arr
