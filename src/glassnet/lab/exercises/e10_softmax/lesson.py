# %% [markdown]
# # Exercise 10 · Softmax
#
# A network that classifies ten digits has ten outputs: one score (logit) per class. **Softmax** converts the scores of
# a sample to probabilities. They are between 0 and 1, they sum to 1, and the largest score gets the largest
# probability.
#
# $$\text{Softmax}(x)_i = \frac{e^{x_i}}{\sum_j e^{x_j}}$$
#
# The sum runs over the scores of *one sample*. If an array contains several samples, each has its own sum:
#
# - `axis=-1`: each row of `x` is a sample (a vector is a single sample);
# - `axis=0`: each column is a sample, as in the network that you will build.
#
# Two mistakes are common. If you sum over the whole array, the probabilities of one sample depend on the other samples.
# And $e^{1000}$ overflows, because it is larger than any float, so the plain formula gives `nan` for large scores. But
# subtracting the same number from all scores of a sample does not change its probabilities: the factor $e^{-c}$ cancels
# in the fraction. So subtract the largest score first, which makes the largest exponent 0.
#
# Write `Softmax` for vectors and matrices, along either axis. It must be correct for any finite scores.

# %%
import numpy as np


def Softmax(x, axis=-1):
    """Return the softmax of the scores x: probabilities that sum to 1 along `axis`.

    x: numbers, (n,) or (m, n), an array or lists. Returns floats of the same shape.
    """
    # BEGIN SOLUTION
    x = np.asarray(x, dtype=float)
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)
    # END SOLUTION


# %% [markdown]
# Try it. The vector should give `[0.4083 0.2028 0.1835 0.1230 0.0824]`. Two equal rows should give two equal rows, each
# with the sum 1.

# %%
print(Softmax([0.9, 0.2, 0.1, -0.3, -0.7]))
print(Softmax([[1, 2, 3], [1, 2, 3]]).sum(axis=1))
