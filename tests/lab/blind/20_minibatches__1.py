# mistake: np.array_split makes batches of nearly equal size (10 in batches of 4: 4, 3, 3) in place of full ones and a rest
# known mistake: batches of nearly equal size

import numpy as np

from glassnet.lab.given import back_propagation, forward_one_step, loss, update_step


def minibatches(m, batch_size, rng):
    order = rng.permutation(m)
    number = int(np.ceil(m / batch_size))
    return np.array_split(order, number)


def train_minibatches(X, Y, W, B, act_funcs, act_deri, alpha, max_iter, batch_size, rng):
    cost_arr = []
    for _ in range(max_iter):
        cost = 0.0
        for idx in minibatches(X.shape[1], batch_size, rng):
            x, y = X[:, idx], Y[:, idx]
            a, z = forward_one_step(x, W, B, act_funcs)
            cost += loss(y, a[-1])
            dW, db = back_propagation(y, a, z, W, act_deri)
            W, B = update_step(W, B, dW, db, alpha)
        cost_arr.append(cost)
    return W, B, cost_arr
