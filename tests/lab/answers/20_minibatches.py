# %% a while loop, rng.shuffle, lists
from glassnet.lab.given import back_propagation, forward_one_step, loss, update_step


def minibatches(m, batch_size, rng):
    left = list(range(m))
    rng.shuffle(left)
    batches = []
    while left:
        batches.append(left[:batch_size])
        left = left[batch_size:]
    return batches


def train_minibatches(X, Y, W, B, act_funcs, act_deri, alpha, max_iter, batch_size, rng):
    cost_arr = []
    for epoch in range(max_iter):
        cost = 0
        for batch in minibatches(X.shape[1], batch_size, rng):
            a, z = forward_one_step(X[:, batch], W, B, act_funcs)
            cost += loss(Y[:, batch], a[len(a) - 1])
            dW, db = back_propagation(Y[:, batch], a, z, W, act_deri)
            W, B = update_step(W, B, dW, db, alpha)
        cost_arr += [cost]
    return [W, B, cost_arr]


# %% np.split, sorted batches, copies changed in place
import copy

import numpy as np

from glassnet.lab.given import back_propagation, forward_one_step


def minibatches(m, batch_size, rng):
    order = rng.choice(m, size=m, replace=False)
    return [np.sort(batch) for batch in np.split(order, np.arange(batch_size, m, batch_size))]


def train_minibatches(X, Y, W, B, act_funcs, act_deri, alpha, max_iter, batch_size, rng):
    W, B = copy.deepcopy(W), copy.deepcopy(B)
    cost_arr = np.zeros(max_iter)
    for epoch in range(max_iter):
        for batch in minibatches(Y.shape[1], batch_size, rng):
            x, y = X.take(batch, axis=1), Y.take(batch, axis=1)
            a, z = forward_one_step(x, W, B, act_funcs)
            cost_arr[epoch] -= np.log((a[-1] * y).sum(axis=0)).sum()
            dW, db = back_propagation(y, a, z, W, act_deri)
            for l in range(1, len(W)):
                W[l] -= alpha * dW[l]
                B[l] -= alpha * db[l]
    return W, B, cost_arr


# %% a generator, the data put into the new order, gradients by hand, float32
import numpy as np


def minibatches(m, batch_size, rng):
    order = np.argsort(rng.random(m))
    for k in range(-(-m // batch_size)):
        yield order[k * batch_size : min((k + 1) * batch_size, m)]


def train_minibatches(X, Y, W, B, act_funcs, act_deri, alpha, max_iter, batch_size, rng):
    L, W, B, costs = len(W) - 1, list(W), list(B), []
    X = X.astype(np.float32)
    for _ in range(max_iter):
        losses = []
        for batch in minibatches(X.shape[1], batch_size, rng):
            y, a, z = Y[:, batch], [X[:, batch]], [None]
            for l in range(1, L + 1):
                z.append(W[l].T @ a[-1] + B[l])
                a.append(act_funcs[l](z[-1]))
            losses.extend(-np.log(a[L][y == 1]))
            delta = (a[L] - y) / len(batch)
            for l in range(L, 0, -1):
                dW, db = a[l - 1] @ delta.T, delta.sum(axis=1, keepdims=True)
                if l > 1:
                    delta = (W[l] @ delta) * act_deri[l - 1](z[l - 1])
                W[l], B[l] = W[l] - alpha * dW, B[l] - alpha * db
        costs.append(sum(losses))
    return W, B, tuple(costs)


# %% forward twice, sums of sample gradients divided by the batch
import numpy as np

from glassnet.lab.given import back_propagation, forward_one_step, loss, update_step


def minibatches(m, batch_size, rng):
    order = rng.permutation(np.arange(m))
    full = m // batch_size
    batches = list(order[: full * batch_size].reshape(full, batch_size))
    return batches + [order[full * batch_size :]] if m % batch_size else batches


def train_minibatches(X, Y, W, B, act_funcs, act_deri, alpha, max_iter, batch_size, rng):
    cost_arr = []
    while len(cost_arr) < max_iter:
        cost = 0.0
        for batch in minibatches(X.shape[1], batch_size, rng):
            cost += loss(Y[:, batch], forward_one_step(X[:, batch], W, B, act_funcs)[0][-1])
            a, z = forward_one_step(X[:, batch], W, B, act_funcs)
            W, B = update_step(W, B, *back_propagation(Y[:, batch], a, z, W, act_deri), alpha)
        cost_arr.append(cost)
    return W, B, np.array(cost_arr)
