# mistake: 0 to m - 1 are cut in order and only mixed inside each batch, so the same samples always share a batch
# mistake: the cost of an epoch is the mean over the samples, not the sum
# known mistake: mean instead of sum

import numpy as np

from glassnet.lab.given import back_propagation, forward_one_step, loss, update_step


def minibatches(m, batch_size, rng):
    return [rng.permutation(np.arange(s, min(s + batch_size, m))) for s in range(0, m, batch_size)]


def one_batch(X, Y, W, B, act_funcs, act_deri, alpha):
    a, z = forward_one_step(X, W, B, act_funcs)
    batch_loss = loss(Y, a[-1])
    gradients = back_propagation(Y, a, z, W, act_deri)
    return update_step(W, B, *gradients, alpha), batch_loss


def train_minibatches(X, Y, W, B, act_funcs, act_deri, alpha, max_iter, batch_size, rng):
    m = Y.shape[1]
    cost_arr = []
    for epoch in range(max_iter):
        losses = []
        for chosen in minibatches(m, batch_size, rng):
            (W, B), batch_loss = one_batch(X[:, chosen], Y[:, chosen], W, B, act_funcs, act_deri, alpha)
            losses.append(batch_loss)
        cost_arr.append(sum(losses) / m)
    return W, B, cost_arr
