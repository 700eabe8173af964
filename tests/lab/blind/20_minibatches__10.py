# mistake: an incomplete last batch is left out, so some samples stand in no batch
# mistake: the step is divided by the batch size once more, although back_propagation has already taken the mean
# known mistake: incomplete batch dropped
# known mistake: gradients divided twice

import numpy as np

from glassnet.lab.given import back_propagation, forward_one_step, loss, update_step


def minibatches(m, batch_size, rng):
    order = np.arange(m)
    rng.shuffle(order)
    batches = []
    for b in range(m // batch_size):
        batches.append(order[b * batch_size : (b + 1) * batch_size])
    return batches


def train_minibatches(X, Y, W, B, act_funcs, act_deri, alpha, max_iter, batch_size, rng):
    m = X.shape[1]
    cost_arr = []
    for epoch in range(max_iter):
        total = 0
        for batch in minibatches(m, batch_size, rng):
            a, z = forward_one_step(X[:, batch], W, B, act_funcs)
            total += loss(Y[:, batch], a[-1])
            dW, db = back_propagation(Y[:, batch], a, z, W, act_deri)
            # the gradient is the mean over the batch
            W, B = update_step(W, B, dW, db, alpha / len(batch))
        cost_arr.append(total)
    return W, B, cost_arr
