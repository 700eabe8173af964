# mistake: the loss of a sample is measured after the step, with the new weights, instead of before anything is changed
# known mistake: loss after the update

import numpy as np

from glassnet.lab.given import back_propagation, forward_one_step, loss, update_step


def train(X, Y, W, B, act_funcs, act_deri, alpha, max_iter, rng):
    W_now, B_now = list(W), list(B)
    m = X.shape[1]
    cost_arr = [0.0] * max_iter
    for e in range(max_iter):
        for j in rng.permutation(m):
            xj = X[:, j].reshape(-1, 1)
            yj = Y[:, j].reshape(-1, 1)
            a, z = forward_one_step(xj, W_now, B_now, act_funcs)
            dW, db = back_propagation(yj, a, z, W_now, act_deri)
            W_now, B_now = update_step(W_now, B_now, dW, db, alpha)
            a, z = forward_one_step(xj, W_now, B_now, act_funcs)
            cost_arr[e] += loss(yj, a[-1])
    return W_now, B_now, cost_arr
