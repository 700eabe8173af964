# mistake: the loss of a batch is measured after its update, with a second forward pass
# known mistake: loss after the update

import numpy as np

from glassnet.lab.given import back_propagation, forward_one_step, loss, update_step


def minibatches(m, batch_size, rng):
    indices = np.arange(m)
    rng.shuffle(indices)
    batches = []
    start = 0
    while start < m:
        batches.append(indices[start:start + batch_size])
        start += batch_size
    return batches


def train_minibatches(X, Y, W, B, act_funcs, act_deri, alpha, max_iter, batch_size, rng):
    m = X.shape[1]
    cost_arr = np.zeros(max_iter)
    for epoch in range(max_iter):
        for batch in minibatches(m, batch_size, rng):
            A, Z = forward_one_step(X[:, batch], W, B, act_funcs)
            dW, db = back_propagation(Y[:, batch], A, Z, W, act_deri)
            W, B = update_step(W, B, dW, db, alpha)
            A, Z = forward_one_step(X[:, batch], W, B, act_funcs)
            cost_arr[epoch] += loss(Y[:, batch], A[-1])
    return W, B, cost_arr
