# %% [markdown]
# # Exercise 11 · Forward pass of one layer
#
# A **unit** multiplies each input by a weight, sums the products, adds its bias, and applies an activation function to
# the sum. A **layer** consists of many units with the same inputs. For many samples at once, it is one matrix product:
#
# $$z = W^T X + b, \qquad \hat y = g(z)$$
#
# | | shape | |
# |---|---|---|
# | `X` | $(n_{in}, m)$ | one *column* per sample |
# | `w` | $(n_{in}, n_{out})$ | one *column* per unit, hence the transpose in the product |
# | `b` | $(n_{out}, 1)$ | one number per unit, broadcast over the samples |
# | `z`, `y_hat` | $(n_{out}, m)$ | row $j$: unit $j$; column $k$: sample $k$ |
#
# `z` is called the pre-activation, and `y_hat` the activation. Here is one unit with five inputs and one sample:
#
# | inputs | 0.9 | 0.2 | 0.1 | −0.3 | −0.7 | |
# |---|---|---|---|---|---|---|
# | weights | 0.2 | 0.1 | 1 | 3 | 0.5 | |
# | products | 0.18 | 0.02 | 0.1 | −0.9 | −0.35 | sum: −0.95 |
#
# With the bias 1, $z = 0.05$: a **single** number, because there is one unit.
#
# The university notebook behind this course used `*` for the product. For arrays, `*` is elementwise and has no sum.
# For the numbers above it gives `[1.18 1.02 1.1 0.1 0.65]`: five scaled inputs instead of one pre-activation. The
# notebook's tests expected these five numbers. Its network worked as a network only because the data was an
# `np.matrix`, for which `*` is the matrix product. NumPy discourages `np.matrix`, and scikit-learn rejects it. So use
# arrays and `@`.
#
# Write `forward_layer`. It returns two arrays, `z` and `y_hat`. `act_func` takes the whole array `z` and returns an
# array of the same shape. If it is `None`, `y_hat` is `z` itself. Do not modify the arguments.
#
# ($\hat y$ usually denotes the prediction. Only the last layer's activations are the prediction; for the other layers
# it is just a name.)

# %%
import numpy as np


def forward_layer(w, b, X, act_func):
    """Return (z, y_hat): the pre-activations and the activations of the units, both (n_out, m).

    w: (n_in, n_out). b: (n_out, 1). X: (n_in, m), one column per sample. act_func: a function of z, or None.
    """
    # BEGIN SOLUTION
    z = w.T @ X + b
    y_hat = z if act_func is None else act_func(z)
    return z, y_hat
    # END SOLUTION


# %% [markdown]
# Try it. The first line should show `[[0.05]]` twice, and the second line the shape (3, 4) twice.

# %%
x = np.array([[0.9], [0.2], [0.1], [-0.3], [-0.7]])
print(*forward_layer(np.array([[0.2], [0.1], [1], [3], [0.5]]), np.array([[1.0]]), x, None))

rng = np.random.default_rng(0)
z, y_hat = forward_layer(rng.normal(size=(5, 3)), rng.normal(size=(3, 1)), rng.normal(size=(5, 4)), np.tanh)
print(z.shape, y_hat.shape)
