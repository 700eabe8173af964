# %% [markdown]
# # Exercise 8 · ReLU
#
# The **rectified linear unit** (ReLU) keeps positive numbers unchanged and replaces all others by 0:
#
# $$\text{ReLu}(x) = \max(0, x)$$
#
# It is cheap to compute: one comparison per number, and no exponential function. It does not saturate for positive $x$:
# its slope is always 1 there, so gradients pass through many layers without getting smaller. For negative $x$ its slope
# is 0. A unit whose weighted sum is negative for every sample no longer learns: a *dead* unit. Which activation
# function works best depends on the problem.
#
# `x` is a float array of any shape. ReLU applies elementwise, so the result has the same shape. Watch out for two
# things:
#
# - `np.maximum(a, b)` returns the elementwise maximum of two arrays. `np.max(x, axis)` is a different function: it
#   returns the maximum *along an axis*, so its result has fewer axes. Python's built-in `max` does not work
#   elementwise.
# - Do not modify `x`. The backward pass needs the values before the activation to compute the derivative.
#   `x[x < 0] = 0` changes the caller's array, because a function receives the array itself, not a copy.
#
# Write `ReLu` (this course uses this spelling in all exercises).

# %%
import numpy as np


def ReLu(x):
    """Return max(0, x) elementwise, as a new array of the same shape. Do not modify x.

    x: floats of any shape.
    """
    # BEGIN SOLUTION
    return np.maximum(0, x)
    # END SOLUTION


# %% [markdown]
# Try it. The vector should give `[0.9 0.2 0.1 0. 0.]`, and `x` should be unchanged afterwards.

# %%
x = np.array([0.9, 0.2, 0.1, -0.3, -0.7])
print(ReLu(x), x)
