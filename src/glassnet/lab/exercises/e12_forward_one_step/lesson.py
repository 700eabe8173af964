# %% [markdown]
# # Exercise 12 · Forward propagation
#
# A network is a sequence of layers: the output of each layer is the input of the next. With $a^{[0]} = X$,
#
# $$z^{[l]} = W^{[l]T} a^{[l-1]} + b^{[l]}, \qquad a^{[l]} = g^{[l]}(z^{[l]}), \qquad l = 1, \dots, L$$
#
# and $a^{[L]}$ is the prediction. This is **forward propagation** (the forward pass). It changes no parameter.
#
# For a 64-6-5-10 network and $m$ samples, one per column:
#
# | $l$ | activation | `a[l]` | `z[l]` |
# |---|---|---|---|
# | 0 | | `X`, $(64, m)$ | `None` |
# | 1 | `ReLu` | $(6, m)$ | $(6, m)$ |
# | 2 | `Sigmoid` | $(5, m)$ | $(5, m)$ |
# | 3 | `Softmax` | $(10, m)$ | $(10, m)$ |
#
# Why store every `a` and `z`, if only the last `a` is the prediction? The backward pass needs them. The gradient of
# `W[l]` depends on the layer's input `a[l-1]`, and the derivative of an activation function is computed at `z`. Storing
# them takes memory, but computing them again would take time.
#
# Write `forward_one_step`. It returns two lists with the same length as `W`: `a`, with the input at index 0, and `z`,
# with `None` at index 0, because the input has no pre-activation. Layer $l$ uses `W[l]`, `B[l]`, and `act_funcs[l]`,
# which may be `None` (no activation). Index 0 of these lists is unused. `forward_layer` is provided. Your function must
# work for any number of layers and samples.
#
# If the samples are columns, softmax uses `axis=0`. (The university notebook behind this course also returned empty
# lists for `delta`, `dW`, and `db`, which were never used. Two lists are enough.)

# %%
from glassnet.lab.given import forward_layer


def forward_one_step(X, W, B, act_funcs):
    """Return (a, z): the activations and pre-activations of all layers, lists of len(W). a[0] is X, z[0] is None.

    X: (n_0, m). W[l]: (n_{l-1}, n_l). B[l]: (n_l, 1). act_funcs[l]: a function of z, or None. a[l], z[l]: (n_l, m).
    """
    # BEGIN SOLUTION
    a, z = [X], [None]
    for l in range(1, len(W)):
        z_l, a_l = forward_layer(W[l], B[l], a[l - 1], act_funcs[l])
        z.append(z_l)
        a.append(a_l)
    return a, z
    # END SOLUTION


# %% [markdown]
# Try it on a network with random initial weights. The shapes should match the table, for seven samples. Each column of
# the prediction should sum to 1. All ten probabilities are still close to 0.1: the small initial weights do not prefer
# any class. (In the notebook's own example, they were between 0.087 and 0.112.)

# %%
import numpy as np
from glassnet.lab.given import ReLu, Sigmoid, Softmax, initialize

W, B = initialize([64, 6, 5, 10], np.random.default_rng(27))
X = np.random.default_rng(0).normal(size=(64, 7))
a, z = forward_one_step(X, W, B, [None, ReLu, Sigmoid, lambda z: Softmax(z, axis=0)])
print([layer.shape for layer in a], [layer.shape for layer in z[1:]])
print(a[3].sum(axis=0), a[3].min(), a[3].max())
