# mistake: the loss of a sample is measured after the step, with the weights already changed by it, instead of before
# known mistake: loss after the update

import numpy as np

from glassnet.lab.given import back_propagation, forward_one_step, loss, update_step


def train(X, Y, W, B, act_funcs, act_deri, alpha, max_iter, rng):
    m = X.shape[1]
    cost_arr = []
    for epoch in range(max_iter):
        cost = 0.0
        for i in rng.permutation(m):
            x, y = X[:, [i]], Y[:, [i]]
            a, z = forward_one_step(x, W, B, act_funcs)
            dW, db = back_propagation(y, a, z, W, act_deri)
            W, B = update_step(W, B, dW, db, alpha)
            a, z = forward_one_step(x, W, B, act_funcs)
            cost += loss(y, a[-1])
        cost_arr.append(cost)
    return W, B, cost_arr
