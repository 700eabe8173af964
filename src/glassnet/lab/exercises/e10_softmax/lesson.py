# %% [markdown]
# # Exercise 10 · Softmax
#
# A network that tells ten digits apart ends in ten numbers, one score per digit. **Softmax** turns the scores of one
# sample into probabilities: none negative, together 1, the largest score the largest share.
#
# $$\text{Softmax}(x)_i = \frac{e^{x_i}}{\sum_j e^{x_j}}$$
#
# The sum runs over the scores of *one sample*. With several samples in one array, each has a sum of its own:
#
# - `axis=-1`: every row of `x` is a sample (a plain vector is one sample, too);
# - `axis=0`: every column is a sample, as in the network you are going to build.
#
# Two things can go wrong. A sum over the whole array makes one sample's probabilities depend on the others. And
# $e^{1000}$ is larger than any number a computer holds, so the formula as it stands gives `nan` for large scores. But
# subtracting the same number from all scores of a sample changes no probability (the factor $e^{-c}$ stands above and
# below the line), so the largest score can be made 0 first.
#
# Write `Softmax` for vectors and matrices, in either direction, right for any finite scores.

# %%
import numpy as np


def Softmax(x, axis=-1):
    """Return the probabilities of the scores x; along `axis` they add up to 1.

    x: numbers, (n,) or (m, n), also as lists. Returns floats of the same shape.
    """
    # BEGIN ANSWER
    x = np.asarray(x, dtype=float)
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)
    # END ANSWER


# %% [markdown]
# Try it. The vector should give `[0.4083 0.2028 0.1835 0.1230 0.0824]`; two equal rows should give two equal rows, and
# each should add up to 1.

# %%
print(Softmax([0.9, 0.2, 0.1, -0.3, -0.7]))
print(Softmax([[1, 2, 3], [1, 2, 3]]).sum(axis=1))
