# %% [markdown]
# # Exercise 7 · Sigmoid
#
# A layer has many units and a batch has many samples. So the sigmoid must take whole arrays, and apply to each number
# separately: **elementwise**.
#
# $$\sigma(x) = \frac{1}{1 + e^{-x}}$$
#
# `np.exp` is elementwise: `np.exp(np.array([1, 2, 3]))` gives `[2.71828183 7.3890561 20.08553692]`. The result has the
# same shape as `x`: $(n,)$, $(m, n)$, or any other. Your function should accept lists as well. `-x` does not work for a
# list, so convert `x` to an array first.
#
# Watch out for two things:
#
# - **Overflow.** Where `math.exp` raises an exception, `np.exp` returns `inf` and emits a `RuntimeWarning`. Here the
#   result $1 / (1 + \infty) = 0$ is even correct, but frequent warnings hide the important ones. Your function must not
#   emit an overflow warning for large positive or negative numbers. `np.where(x >= 0, A, B)` alone does not help,
#   because it computes both A and B for all numbers before it selects. But $e^{-|x|}$ is at most 1 for every $x$, and
#   both formulas of the previous exercise can use it.
# - **Integers.** Pixels are often `uint8`, integers from 0 to 255, which cannot be negative: `-x` of 1 is 255. Also,
#   `np.zeros_like(x)` has the integer type of `x`, and truncates the values that are written into it. Convert `x` to
#   floats first.
#
# Write `Sigmoid` for arrays of any shape, nested lists, and any finite numbers.

# %%
import numpy as np


def Sigmoid(x):
    """Return 1 / (1 + e^-x) elementwise, as floats of the same shape.

    x: finite numbers of any shape and type, an array or nested lists.
    """
    # BEGIN SOLUTION
    x = np.asarray(x, dtype=float)
    e = np.exp(-np.abs(x))
    numerator = np.where(x >= 0, 1, e)
    return numerator / (1 + e)
    # END SOLUTION


# %% [markdown]
# Try it. The vector should give `[0.7109495 0.549834 0.52497919 0.42555748 0.33181223]`, and the pixels
# `[0.5 0.7311 1.]`. The last line should be `[0. 0.5 1.]`, without a warning.

# %%
print(Sigmoid([0.9, 0.2, 0.1, -0.3, -0.7]))
print(Sigmoid(np.array([0, 1, 200], dtype=np.uint8)))
print(Sigmoid(np.array([-1000.0, 0.0, 1000.0])))
