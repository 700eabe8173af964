# %% [markdown]
# # Exercise 20 · Minibatches
#
# One sample at a time means many small products, and most time is spent on Python overhead. All samples at once mean
# large products, but only one step per epoch. A **minibatch** is a compromise: several columns, one forward pass, one
# backward pass, one step. Your functions accept any number of columns and need no change.
#
# With batches $\mathcal{B}_1, \mathcal{B}_2, \dots$ of an epoch the gradient is the mean over the batch,
#
# $$dW^{[l]} = \frac{1}{|\mathcal{B}|} \sum_{j \in \mathcal{B}} \frac{\partial L_j}{\partial W^{[l]}}
# \qquad \text{cost} = \sum_{\mathcal{B}} \sum_{j \in \mathcal{B}} L_j$$
#
# `back_propagation` already divides by the number of columns. The cost of an epoch is still the *sum* over all
# samples, each computed before the update of its batch, so it is comparable to that of Exercise 17.
#
# Steps are as long as before, but there are fewer of them (34 instead of 1078 for batches of 32), so `alpha` should be
# larger. Three runs of a 64-6-5-10 network on 1078 digits, batches of 32, 100 epochs:
#
# | `alpha` | last loss | test accuracy |
# |---|---|---|
# | 0.01 | 2378 to 2460 | 0.09 to 0.32 |
# | 0.3 | 68 to 142 | 0.86 to 0.91 |
#
# An epoch takes about 1/20 of the time.
#
# Write two functions:
#
# - `minibatches(m, batch_size, rng)` returns a list of index arrays. Each of 0 … m−1 occurs exactly once. All arrays
#   have `batch_size` entries; only the last may have fewer: 10 samples in batches of 4 give 4, 4, 2, and 12 give 4, 4,
#   4. No batch is empty. Draw a random order of all samples from `rng` in every call, then split it.
# - `train_minibatches` works like `train`, with new batches in every epoch and one step per batch. It returns `(W, B,
#   cost_arr)` and does not change the arguments W and B. It uses these functions: `forward_one_step(X, W, B,
#   act_funcs)` returns `(a, z)`; `loss(Y, a[-1])` the sum over the columns; `back_propagation(Y, a, z, W, act_deri)`
#   returns `(dW, db)`; `update_step(W, B, dW, db, alpha)` new `(W, B)`.

# %%
import numpy as np

from glassnet.lab.given import back_propagation, forward_one_step, loss, update_step


def minibatches(m, batch_size, rng):
    """Return a list of index arrays: 0 to m - 1 in random order, batch_size in each, or fewer in the last.

    rng: a Generator.
    """
    # BEGIN SOLUTION
    order = rng.permutation(m)
    return [order[start : start + batch_size] for start in range(0, m, batch_size)]
    # END SOLUTION


def train_minibatches(X, Y, W, B, act_funcs, act_deri, alpha, max_iter, batch_size, rng):
    """Train for max_iter epochs, one step per batch, and return new (W, B, cost_arr).

    X: (n_0, m). Y: (n_L, m), one-hot columns. W[l]: (n_{l-1}, n_l), B[l]: (n_l, 1); index 0 of all lists is None.
    rng: a Generator, for the batches. cost_arr: the summed loss of every epoch, measured before each update.
    """
    # BEGIN SOLUTION
    cost_arr = []
    for _ in range(max_iter):
        cost = 0.0
        for batch in minibatches(X.shape[1], batch_size, rng):
            x, y = X[:, batch], Y[:, batch]
            a, z = forward_one_step(x, W, B, act_funcs)
            cost += loss(y, a[-1])
            dW, db = back_propagation(y, a, z, W, act_deri)
            W, B = update_step(W, B, dW, db, alpha)
        cost_arr.append(cost)
    return W, B, cost_arr
    # END SOLUTION


# %% [markdown]
# Try it: ten samples in batches of four, then forty epochs on the digits.

# %%
from sklearn.datasets import load_digits

from glassnet.lab.given import (
    ReLu,
    ReLu_derivative,
    Sigmoid,
    Sigmoid_derivative,
    Softmax,
    convert_to_one_hot,
    fit_normalizer,
    initialize,
    normalize,
)


def digits(rng):
    """Return 1078 digits, normalized, as columns (64, 1078), and their labels, one-hot (10, 1078)."""
    data, labels = load_digits(return_X_y=True)
    chosen = rng.permutation(len(data))[:1078]
    rows = data[chosen]
    return normalize(rows, *fit_normalizer(rows)).T, convert_to_one_hot(labels[chosen], 10).T


rng = np.random.default_rng(0)
print(minibatches(10, 4, rng))
X, Y = digits(rng)
W, B = initialize([64, 6, 5, 10], rng)
act_funcs = [None, ReLu, Sigmoid, lambda z: Softmax(z, axis=0)]
act_deri = [None, ReLu_derivative, Sigmoid_derivative, None]
W, B, cost_arr = train_minibatches(X, Y, W, B, act_funcs, act_deri, 0.3, 40, 32, rng)
print(np.round(cost_arr[::5], 1))
