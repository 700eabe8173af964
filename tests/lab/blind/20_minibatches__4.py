# mistake: the incomplete last batch is dropped, so the remaining samples of an epoch are left out
# known mistake: incomplete batch dropped

import numpy as np

from glassnet.lab.given import back_propagation, forward_one_step, loss, update_step


def minibatches(m, batch_size, rng):
    order = rng.permutation(m)
    n_batches = m // batch_size
    return [order[k * batch_size : (k + 1) * batch_size] for k in range(n_batches)]


def train_minibatches(X, Y, W, B, act_funcs, act_deri, alpha, max_iter, batch_size, rng):
    W = [None] + [w.copy() for w in W[1:]]
    B = [None] + [b.copy() for b in B[1:]]
    cost_arr = []
    for _ in range(max_iter):
        cost = 0.0
        for batch in minibatches(X.shape[1], batch_size, rng):
            x, y = X[:, batch], Y[:, batch]
            a, z = forward_one_step(x, W, B, act_funcs)
            for j in range(len(batch)):
                cost += float(np.sum(loss(y[:, [j]], a[-1][:, [j]])))
            dW, db = back_propagation(y, a, z, W, act_deri)
            W, B = update_step(W, B, dW, db, alpha)
        cost_arr.append(cost)
    return W, B, cost_arr
