# mistake: the gradient is divided by the batch size a second time (alpha / batch size), though back_propagation already takes the mean
# known mistake: gradients divided twice

import numpy as np

from glassnet.lab.given import back_propagation, forward_one_step, loss, update_step


def minibatches(m, batch_size, rng):
    perm = rng.permutation(m)
    out = []
    for start in range(0, m, batch_size):
        out.append(perm[start : start + batch_size])
    return out


def train_minibatches(X, Y, W, B, act_funcs, act_deri, alpha, max_iter, batch_size, rng):
    weights = [None] + [np.array(w) for w in W[1:]]
    biases = [None] + [np.array(b) for b in B[1:]]
    m = X.shape[1]
    history = []
    for epoch in range(max_iter):
        total = 0.0
        for idx in minibatches(m, batch_size, rng):
            xb = X[:, idx]
            yb = Y[:, idx]
            a, z = forward_one_step(xb, weights, biases, act_funcs)
            total += sum(float(np.sum(loss(yb[:, [j]], a[-1][:, [j]]))) for j in range(len(idx)))
            dW, db = back_propagation(yb, a, z, weights, act_deri)
            weights, biases = update_step(weights, biases, dW, db, alpha / len(idx))
        history.append(total)
    return weights, biases, history
