# mistake: samples that are already classified correctly are not learned from, as in a perceptron
# mistake: training stops as soon as the cost of an epoch is higher than the one before, so cost_arr may be shorter than max_iter
# known mistake: correct predictions skipped

import numpy as np

from glassnet.lab.given import back_propagation, forward_one_step, loss, update_step


def train(X, Y, W, B, act_funcs, act_deri, alpha, max_iter, rng):
    m = X.shape[1]
    L = len(W) - 1
    cost_arr = []
    while len(cost_arr) < max_iter:
        total = 0
        for j in rng.permutation(m):
            x = X[:, j:j + 1]
            y = Y[:, j:j + 1]
            a, z = forward_one_step(x, W, B, act_funcs)
            total = total + loss(y, a[L])
            if np.argmax(a[L]) == np.argmax(y):
                continue
            dW, db = back_propagation(y, a, z, W, act_deri)
            W, B = update_step(W, B, dW, db, alpha)
        cost_arr.append(total)
        if len(cost_arr) > 1 and cost_arr[-1] > cost_arr[-2]:
            break
    return W, B, cost_arr
