# %% without forward_layer, lists made beforehand


def forward_one_step(X, W, B, act_funcs):
    L = len(W) - 1
    a, z = [None for _ in W], [None for _ in W]
    a[0] = X
    for l in range(1, L + 1):
        z[l] = W[l].T @ a[l - 1] + B[l]
        a[l] = z[l] if act_funcs[l] is None else act_funcs[l](z[l])
    return a, z


# %% forward_layer, zip, tuples
from glassnet.lab.given import forward_layer


def forward_one_step(X, W, B, act_funcs):
    pairs = [(None, X)]
    for w, b, g in zip(W[1:], B[1:], act_funcs[1:]):
        pairs.append(forward_layer(w, b, pairs[-1][1], g))
    z, a = zip(*pairs)
    return a, z


# %% recursion, from the last layer


def forward_one_step(X, W, B, act_funcs):
    if len(W) == 1:
        return [X], [None]
    a, z = forward_one_step(X, W[:-1], B[:-1], act_funcs[:-1])
    last = B[-1] + (a[-1].T @ W[-1]).T
    return a + [act_funcs[-1](last) if act_funcs[-1] else last], z + [last]


# %% sample by sample, in single precision
import numpy as np


def one(x, W, B, act_funcs):
    a, z = [x], [x]
    for l in range(1, len(W)):
        z.append((W[l].T @ a[-1] + B[l]).astype(np.float32))
        a.append(act_funcs[l](z[-1]) if act_funcs[l] else z[-1])
    return a, z


def forward_one_step(X, W, B, act_funcs):
    single = [one(X[:, [k]], W, B, act_funcs) for k in range(X.shape[1])]
    a = [np.hstack([s[0][l] for s in single]) for l in range(len(W))]
    z = [np.hstack([s[1][l] for s in single]) for l in range(len(W))]
    return [X] + a[1:], [None] + z[1:]
