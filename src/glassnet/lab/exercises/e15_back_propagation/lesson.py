# %% [markdown]
# # Exercise 15 · Backpropagation
#
# How does the loss change if one weight increases a little? **Backpropagation** computes this for all weights at once.
# It does not update them: that is the task of the optimizer, in Exercise 16.
#
# Columns are samples, as before: layer $l$ computes $z^{[l]} = W^{[l]T} a^{[l-1]} + b^{[l]}$ and $a^{[l]} =
# g^{[l]}(z^{[l]})$, with $m$ samples side by side. Call $\delta^{[l]} = \partial L / \partial z^{[l]}$, a number for
# every unit and every sample: shape $(n_l, m)$. Then, with the loss taken as the *mean* over the $m$ samples:
#
# | step | formula | shape |
# |---|---|---|
# | the last layer (softmax with cross entropy) | $\delta^{[L]} = a^{[L]} - Y$ | $(n_L, m)$ |
# | weights | $dW^{[l]} = \frac{1}{m}\, a^{[l-1]} \delta^{[l]T}$ | $(n_{l-1}, n_l)$, that of $W^{[l]}$ |
# | biases | $db^{[l]} = \frac{1}{m} \sum_{\text{samples}} \delta^{[l]}$ | $(n_l, 1)$ |
# | one layer back | $\delta^{[l-1]} = (W^{[l]} \delta^{[l]}) \odot g'^{[l-1]}(z^{[l-1]})$ | $(n_{l-1}, m)$ |
#
# Two common mistakes: $\delta$ is never summed over the units (softmax minus one-hot always adds up to 0, so such a
# network never learns). And the derivative belongs to the layer that you propagate *to*: $g'^{[l-1]}$ at $z^{[l-1]}$.
#
# `a` and `z` come from `forward_one_step`: `a[0]` is the input, `z[0]` is `None`. `act_deri[l]` is the derivative of
# layer `l`'s activation; `act_deri[0]` and that of the last layer are `None`: they are not needed. Index 0 of `W`,
# `dW` and `db` is a placeholder: return `None` there.

# %%
import numpy as np


def back_propagation(Y, a, z, W, act_deri):
    """Return (dW, db): the gradients of the mean cross-entropy, lists of len(W) with None at index 0.

    Y: (n_L, m), one-hot columns. a[l], z[l]: (n_l, m). W[l]: (n_{l-1}, n_l). act_deri[l]: derivative, takes z.
    """
    # BEGIN SOLUTION
    L, m = len(W) - 1, Y.shape[1]
    dW, db = [None] * (L + 1), [None] * (L + 1)
    delta = a[L] - Y
    for l in range(L, 0, -1):
        dW[l] = a[l - 1] @ delta.T / m
        db[l] = delta.sum(axis=1, keepdims=True) / m
        if l > 1:
            delta = (W[l] @ delta) * act_deri[l - 1](z[l - 1])
    return dW, db
    # END SOLUTION


# %% [markdown]
# Try it on a small network. Every gradient has the shape of its parameter, and none is all zeros.

# %%
from glassnet.lab.given import (
    ReLu,
    ReLu_derivative,
    Sigmoid,
    Sigmoid_derivative,
    Softmax,
    forward_one_step,
    initialize,
)

W, B = initialize([4, 3, 3, 2], np.random.default_rng(0))
X, Y = np.random.default_rng(1).normal(size=(4, 5)), np.eye(2)[:, [0, 1, 1, 0, 1]]
a, z = forward_one_step(X, W, B, [None, ReLu, Sigmoid, lambda z: Softmax(z, axis=0)])
dW, db = back_propagation(Y, a, z, W, [None, ReLu_derivative, Sigmoid_derivative, None])
for l in range(1, 4):
    print(l, W[l].shape, dW[l].shape, db[l].shape, abs(dW[l]).max())
