# %% [markdown]
# # Exercise 11 · One layer
#
# A **unit** multiplies each of its inputs by a weight, adds the products up, adds its bias, and puts the sum through
# an activation function. A **layer** is many units on the same inputs; for many samples at once it is one matrix
# product:
#
# $$z = W^T X + b, \qquad \hat y = g(z)$$
#
# | | shape | |
# |---|---|---|
# | `X` | $(n_{in}, m)$ | one *column* per sample |
# | `w` | $(n_{in}, n_{out})$ | one *column* per unit; so the product takes its transpose |
# | `b` | $(n_{out}, 1)$ | one number per unit, stretched over the samples |
# | `z`, `y_hat` | $(n_{out}, m)$ | row $j$: unit $j$; column $k$: sample $k$ |
#
# One unit on one sample, with five inputs:
#
# | inputs | 0.9 | 0.2 | 0.1 | −0.3 | −0.7 | |
# |---|---|---|---|---|---|---|
# | weights | 0.2 | 0.1 | 1 | 3 | 0.5 | |
# | products | 0.18 | 0.02 | 0.1 | −0.9 | −0.35 | sum: −0.95 |
#
# With the bias 1, $z = 0.05$: **one** number, since there is one unit.
#
# The university notebook behind this course wrote the product with `*`. For plain arrays `*` multiplies entry by entry
# and adds nothing up. On the numbers above it gives `[1.18 1.02 1.1 0.1 0.65]`, five numbers where one unit has one:
# five scaled inputs, and no layer. Its tests expected just that. In its network there were layers only because the
# data were of the type `np.matrix`, for which `*` means the matrix product. NumPy advises against this type, and
# scikit-learn refuses it. So: plain arrays, and `@`.
#
# Write `forward_layer`. It returns two arrays, `z` and `y_hat`. `act_func` takes all of `z` and returns an array of
# the same shape; where it is `None`, `y_hat` is `z` itself. What the function is given stays as it is.
#
# ($\hat y$ is the name for a prediction. Only the last layer's values are one; for the others it is just a name.)

# %%
import numpy as np


def forward_layer(w, b, X, act_func):
    """Return (z, y_hat): the units' sums and their values, both (n_out, m).

    w: (n_in, n_out). b: (n_out, 1). X: (n_in, m), one column per sample. act_func: takes z; None for none.
    """
    # BEGIN ANSWER
    z = w.T @ X + b
    y_hat = z if act_func is None else act_func(z)
    return z, y_hat
    # END ANSWER


# %% [markdown]
# Try it. The first line should be `[[0.05]]` twice; the second the shape (3, 4) twice.

# %%
x = np.array([[0.9], [0.2], [0.1], [-0.3], [-0.7]])
print(*forward_layer(np.array([[0.2], [0.1], [1], [3], [0.5]]), np.array([[1.0]]), x, None))

rng = np.random.default_rng(0)
z, y_hat = forward_layer(rng.normal(size=(5, 3)), rng.normal(size=(3, 1)), rng.normal(size=(5, 4)), np.tanh)
print(z.shape, y_hat.shape)
