# mistake: the loss is measured after the update, with a second forward pass through the new weights
# known mistake: loss after the update

import numpy as np

from glassnet.lab.given import back_propagation, forward_one_step, loss, update_step


def train(X, Y, W, B, act_funcs, act_deri, alpha, max_iter, rng):
    weights = [None] + [np.array(w) for w in W[1:]]
    biases = [None] + [np.array(b) for b in B[1:]]
    n_samples = X.shape[1]
    history = []
    for epoch in range(max_iter):
        total = 0.0
        for j in rng.permutation(n_samples):
            x = X[:, j : j + 1]
            y = Y[:, j : j + 1]
            a, z = forward_one_step(x, weights, biases, act_funcs)
            dW, db = back_propagation(y, a, z, weights, act_deri)
            weights, biases = update_step(weights, biases, dW, db, alpha)
            a, z = forward_one_step(x, weights, biases, act_funcs)
            total += float(np.sum(loss(y, a[-1])))
        history.append(total)
    return weights, biases, history
