# mistake: minibatches cuts first and shuffles only the order of the batches, so the same neighbours always share a batch
# mistake: the cost of an epoch adds up the mean losses of the batches, not the sums over their samples
# known mistake: sum of batch means

import numpy as np

from glassnet.lab.given import back_propagation, forward_one_step, loss, update_step


def minibatches(m, batch_size, rng):
    blocks = [np.arange(s, min(s + batch_size, m)) for s in range(0, m, batch_size)]
    full = [b for b in blocks if len(b) == batch_size]
    rest = [b for b in blocks if len(b) < batch_size]
    return [full[k] for k in rng.permutation(len(full))] + rest


def train_minibatches(X, Y, W, B, act_funcs, act_deri, alpha, max_iter, batch_size, rng):
    W = [None] + [w.copy() for w in W[1:]]
    B = [None] + [b.copy() for b in B[1:]]
    cost_arr = []
    for e in range(max_iter):
        cost = 0.0
        for batch in minibatches(X.shape[1], batch_size, rng):
            x = X[:, batch]
            y = Y[:, batch]
            a, z = forward_one_step(x, W, B, act_funcs)
            losses = [float(np.sum(loss(y[:, [j]], a[-1][:, [j]]))) for j in range(len(batch))]
            cost += np.mean(losses)
            dW, db = back_propagation(y, a, z, W, act_deri)
            W, B = update_step(W, B, dW, db, alpha)
        cost_arr.append(float(cost))
    return W, B, cost_arr
