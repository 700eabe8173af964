# %% two comprehensions


def update_step(W, B, dW, db, alpha):
    return (
        [None] + [w - alpha * g for w, g in zip(W[1:], dW[1:])],
        [None] + [b - alpha * g for b, g in zip(B[1:], db[1:])],
    )


# %% deep copies, then in place, as a list of two
import copy


def update_step(W, B, dW, db, alpha):
    W, B = copy.deepcopy(W), copy.deepcopy(B)
    for l in range(1, len(W)):
        W[l] -= alpha * dW[l]
        B[l] -= alpha * db[l]
    return [W, B]


# %% copied lists, entries replaced


def update_step(W, B, dW, db, alpha):
    new_W, new_B = list(W), B[:]
    for l, (g, h) in enumerate(zip(dW, db)):
        if l == 0:
            continue
        new_W[l] = W[l] + (-alpha) * g
        new_B[l] = B[l] + (-alpha) * h
    return new_W, new_B


# %% number by number, in single precision
import numpy as np


def moved(x, g, alpha):
    new = np.zeros(x.shape, dtype=np.float32)
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            new[i, j] = x[i, j] - alpha * g[i, j]
    return new


def update_step(W, B, dW, db, alpha):
    new_W, new_B = [None] * len(W), [None] * len(B)
    for l in range(1, len(W)):
        new_W[l], new_B[l] = moved(W[l], dW[l], alpha), moved(B[l], db[l], alpha)
    return new_W, new_B
