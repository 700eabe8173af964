# %% [markdown]
# # Exercise 7 · Sigmoid
#
# A layer has many units and a batch many samples, so the sigmoid has to take whole arrays and work on each number by
# itself, **elementwise**:
#
# $$\sigma(x) = \frac{1}{1 + e^{-x}}$$
#
# `np.exp` does that: `np.exp(np.array([1, 2, 3]))` gives `[2.71828183 7.3890561 20.08553692]`. The result has the
# shape of `x`, whatever that is: $(n,)$, $(m, n)$, or with more axes. Lists are welcome, too; for them `-x` has no
# meaning, so make an array first.
#
# Two things about numbers in arrays:
#
# - **Overflow.** Where `math.exp` raises an exception, `np.exp` gives `inf` and a `RuntimeWarning`. Here the result,
#   $1 / (1 + \infty) = 0$, is even right, but a warning that is always there hides those that matter. No overflow
#   warning may come, for numbers far below 0 and far above. `np.where(x >= 0, A, B)` alone does not help: it computes
#   both A and B for all numbers, and chooses afterwards. But $e^{-|x|}$ is never above 1, for any $x$, and serves both
#   forms of the last exercise.
# - **Whole numbers.** Pixels often come as `uint8`, whole numbers from 0 to 255, which cannot be negative: `-x` of 1
#   is 255. And an array made like `x` (`np.zeros_like`) holds whole numbers if `x` does, and cuts off what is written
#   into it. Convert to float first.
#
# Write `Sigmoid` for arrays of any shape, nested lists, and any finite numbers.

# %%
import numpy as np


def Sigmoid(x):
    """Return 1 / (1 + e^-x) of every number in x, as floats of the same shape.

    x: numbers of any shape and kind, an array or lists.
    """
    # BEGIN ANSWER
    x = np.asarray(x, dtype=float)
    e = np.exp(-np.abs(x))
    above = np.where(x >= 0, 1, e)
    return above / (1 + e)
    # END ANSWER


# %% [markdown]
# Try it. The vector should give `[0.7109495 0.549834 0.52497919 0.42555748 0.33181223]`, the pixels `[0.5 0.7311 1.]`,
# and the last line `[0. 0.5 1.]` without a warning.

# %%
print(Sigmoid([0.9, 0.2, 0.1, -0.3, -0.7]))
print(Sigmoid(np.array([0, 1, 200], dtype=np.uint8)))
print(Sigmoid(np.array([-1000.0, 0.0, 1000.0])))
