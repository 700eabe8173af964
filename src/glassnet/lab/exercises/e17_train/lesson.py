# %% [markdown]
# # Exercise 17 · Training
#
# All parts are there; training puts them in a loop. One pass through all samples is an **epoch**. Within it, the
# samples come one at a time, in an order drawn anew for every epoch, each exactly once. (Always the same order would
# let the last samples pull in the same direction, epoch after epoch.) For each sample:
#
# 1. forward: `a, z = forward_one_step(x, W, B, act_funcs)`;
# 2. the loss of `a[L]`, *before* anything is changed;
# 3. backward: `dW, db = back_propagation(y, a, z, W, act_deri)`;
# 4. a step downhill: `update_step(W, B, dW, db, alpha)`, which returns new lists. The next sample meets the new
#    weights.
#
# The loss of epoch $e$ is the sum over its $m$ samples,
#
# $$\text{cost}_e = \sum_{j=1}^{m} L\big(y_j, a^{[L]}(x_j)\big)$$
#
# each measured with the weights of that moment. `cost_arr` is the list of these, `max_iter` numbers.
#
# Columns are samples, and a sample stays a column: `X[:, i]` is flat, (n_0,), and against a bias of shape (n_1, 1) it
# becomes a square table. `X[:, [i]]` and `X[:, i:i+1]` are (n_0, 1). Its label is the same column of `Y`.
#
# `rng` is a NumPy Generator. Draw the order from it (`rng.permutation(m)`, for instance), so that one seed gives one
# run. The W and B that come in stay as they were: return new ones.
#
# What to expect of 64-6-5-10 with `alpha = 0.01` on 1078 digits: about 2489 in the first epoch, little change in the
# second, about 120 after 100 epochs (the mean of ten seeds), and on 719 digits not seen before an accuracy of 0.8836 ±
# 0.047. A loss that stays near 2482 = 1078 · ln 10 is that of a network that guesses: the notebook's loop printed such
# a number a hundred times, because its gradients were zero.

# %%
import numpy as np

from glassnet.lab.given import back_propagation, forward_one_step, loss, update_step


def train(X, Y, W, B, act_funcs, act_deri, alpha, max_iter, rng):
    """Train for max_iter epochs, one sample at a time, and return (W, B, cost_arr); the given W and B stay as they are.

    X: (n_0, m). Y: (n_L, m), one-hot columns. W[l]: (n_{l-1}, n_l), B[l]: (n_l, 1); index 0 of all lists is None.
    max_iter: 1 or more. rng: a Generator, for the order of the samples. cost_arr: the summed loss of every epoch.
    """
    # BEGIN SOLUTION
    m, cost_arr = X.shape[1], []
    for _ in range(max_iter):
        cost = 0.0
        for i in rng.permutation(m):
            x, y = X[:, [i]], Y[:, [i]]
            a, z = forward_one_step(x, W, B, act_funcs)
            cost += loss(y, a[-1])
            dW, db = back_propagation(y, a, z, W, act_deri)
            W, B = update_step(W, B, dW, db, alpha)
        cost_arr.append(cost)
    return W, B, cost_arr
    # END SOLUTION


# %% [markdown]
# Try it: five epochs on the digits, slow at first. With 100 in place of 5 (some ten seconds) this run gets below 100.

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
    """Return 1078 of the digits, normalized, as columns (64, 1078), and their labels, one-hot (10, 1078)."""
    data, labels = load_digits(return_X_y=True)
    chosen = rng.permutation(len(data))[:1078]
    rows = data[chosen]
    return normalize(rows, *fit_normalizer(rows)).T, convert_to_one_hot(labels[chosen], 10).T


rng = np.random.default_rng(0)
X, Y = digits(rng)
W, B = initialize([64, 6, 5, 10], rng)
act_funcs = [None, ReLu, Sigmoid, lambda z: Softmax(z, axis=0)]
W, B, cost_arr = train(X, Y, W, B, act_funcs, [None, ReLu_derivative, Sigmoid_derivative, None], 0.01, 5, rng)
print(np.round(cost_arr, 1))
