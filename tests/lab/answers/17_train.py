# %% a while loop, rng.shuffle, slices
import numpy as np

from glassnet.lab.given import back_propagation, forward_one_step, loss, update_step


def train(X, Y, W, B, act_funcs, act_deri, alpha, max_iter, rng):
    cost_arr = []
    idx = np.arange(X.shape[1])
    while len(cost_arr) < max_iter:
        rng.shuffle(idx)
        total = 0
        for i in idx:
            a, z = forward_one_step(X[:, i : i + 1], W, B, act_funcs)
            total = total + loss(Y[:, i : i + 1], a[len(W) - 1])
            dW, db = back_propagation(Y[:, i : i + 1], a, z, W, act_deri)
            W, B = update_step(W, B, dW, db, alpha)
        cost_arr.append(total)
        print("Epoch %d train loss %f" % (len(cost_arr), total))
    return [W, B, np.array(cost_arr)]


# %% copies that are changed in place, forward twice, the loss through the logarithm
import numpy as np

from glassnet.lab.given import back_propagation, forward_one_step


def cost_of(x, y, W, B, act_funcs):
    a, _ = forward_one_step(x, W, B, act_funcs)
    return -float(np.log(a[-1][y == 1]).sum())


def train(X, Y, W, B, act_funcs, act_deri, alpha, max_iter, rng):
    W = [None] + [w.copy() for w in W[1:]]
    B = [None] + [b.copy() for b in B[1:]]
    costs = np.zeros(max_iter)
    for epoch in range(max_iter):
        for i in rng.choice(X.shape[1], X.shape[1], replace=False):
            x, y = X[:, i].reshape(-1, 1), Y[:, i].reshape(-1, 1)
            costs[epoch] += cost_of(x, y, W, B, act_funcs)
            a, z = forward_one_step(x, W, B, act_funcs)
            dW, db = back_propagation(y, a, z, W, act_deri)
            for l in range(1, len(W)):
                W[l] -= alpha * dW[l]
                B[l] -= alpha * db[l]
    return W, B, costs


# %% everything by hand, samples moved into a new order, stacked orders
import numpy as np


def train(X, Y, W, B, act_funcs, act_deri, alpha, max_iter, rng):
    W, B, L = list(W), list(B), len(W) - 1
    epochs = []
    for order in [rng.permutation(X.shape[1]) for _ in range(max_iter)]:
        losses = []
        for x, y in zip(X.T[order], Y.T[order]):
            a, z = [x[:, None]], [None]
            for l in range(1, L + 1):
                z.append(np.dot(W[l].T, a[-1]) + B[l])
                a.append(act_funcs[l](z[-1]))
            losses.append(-np.log(a[L][:, 0]) @ y)
            delta = a[L] - y[:, None]
            for l in range(L, 0, -1):
                dW, db = np.outer(a[l - 1], delta), delta
                if l > 1:
                    delta = (W[l] @ delta) * act_deri[l - 1](z[l - 1])
                W[l], B[l] = W[l] - alpha * dW, B[l] - alpha * db
        epochs.append(sum(losses))
    return tuple(W), tuple(B), tuple(epochs)


# %% a generator, random keys as the order, float32
import numpy as np

from glassnet.lab.given import back_propagation, forward_one_step, loss, update_step


def samples(X, Y, rng):
    for i in np.argsort(rng.random(X.shape[1])):
        yield X[:, [i]].astype(np.float32), Y[:, [i]]


def train(X, Y, W, B, act_funcs, act_deri, alpha, max_iter, rng):
    costs = [0.0] * max_iter
    for epoch in range(max_iter):
        for x, y in samples(X, Y, rng):
            a, z = forward_one_step(x, W, B, act_funcs)
            costs[epoch] += loss(y, a[-1])
            W, B = update_step(W, B, *back_propagation(y, a, z, W, act_deri), alpha)
    return W, B, costs
