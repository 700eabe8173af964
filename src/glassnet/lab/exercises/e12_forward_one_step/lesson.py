# %% [markdown]
# # Exercise 12 · All layers
#
# A network is layers one after the other: what comes out of one goes into the next. With $a^{[0]} = X$,
#
# $$z^{[l]} = W^{[l]T} a^{[l-1]} + b^{[l]}, \qquad a^{[l]} = g^{[l]}(z^{[l]}), \qquad l = 1, \dots, L$$
#
# and $a^{[L]}$ is the prediction. This is the whole of **forward propagation**; no parameter changes.
#
# For 64-6-5-10 and $m$ samples, one column each:
#
# | $l$ | activation | `a[l]` | `z[l]` |
# |---|---|---|---|
# | 0 | | `X`, $(64, m)$ | `None` |
# | 1 | `ReLu` | $(6, m)$ | $(6, m)$ |
# | 2 | `Sigmoid` | $(5, m)$ | $(5, m)$ |
# | 3 | `Softmax` | $(10, m)$ | $(10, m)$ |
#
# Why keep every `a` and every `z`, if only the last is wanted? The way back needs them: the gradient of `W[l]` takes
# the layer's input `a[l-1]`, and the derivative of an activation is taken at `z`. Keeping them costs memory, computing
# them again would cost time.
#
# Write `forward_one_step`. It returns two lists as long as `W`: `a` with the input at index 0, and `z` with `None`
# there, since the input has no sum. Layer $l$ takes `W[l]`, `B[l]` and `act_funcs[l]`, which may be `None`
# (no activation); index 0 of these lists is a placeholder, too. `forward_layer` is given. It has to work for any
# number of layers and of samples.
#
# The softmax of a network whose samples are columns runs along `axis=0`. (The university notebook behind this course
# returned empty lists for `delta`, `dW` and `db` as well, which nothing used. Two lists are enough.)

# %%
from glassnet.lab.given import forward_layer


def forward_one_step(X, W, B, act_funcs):
    """Return (a, z): lists of len(W) with the values and the sums of every layer; a[0] is X, z[0] is None.

    X: (n_0, m). W[l]: (n_{l-1}, n_l). B[l]: (n_l, 1). act_funcs[l]: a function of z, or None. a[l], z[l]: (n_l, m).
    """
    # BEGIN ANSWER
    a, z = [X], [None]
    for l in range(1, len(W)):
        z_l, a_l = forward_layer(W[l], B[l], a[l - 1], act_funcs[l])
        z.append(z_l)
        a.append(a_l)
    return a, z
    # END ANSWER


# %% [markdown]
# Try it on a network with its first weights. The shapes should be those of the table, for seven samples; each column
# of the prediction should add up to 1. All ten probabilities are still near 0.1: with small weights the network has no
# opinion yet. (In the notebook's own example they lay between 0.087 and 0.112.)

# %%
import numpy as np
from glassnet.lab.given import ReLu, Sigmoid, Softmax, initialize

W, B = initialize([64, 6, 5, 10], np.random.default_rng(27))
X = np.random.default_rng(0).normal(size=(64, 7))
a, z = forward_one_step(X, W, B, [None, ReLu, Sigmoid, lambda z: Softmax(z, axis=0)])
print([layer.shape for layer in a], [layer.shape for layer in z[1:]])
print(a[3].sum(axis=0), a[3].min(), a[3].max())
