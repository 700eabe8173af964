# %% [markdown]
# # Exercise 8 · ReLU
#
# The **rectified linear unit** leaves positive numbers as they are and makes all others 0:
#
# $$\text{ReLu}(x) = \max(0, x)$$
#
# It is cheap: no exponential, one comparison per number. And it does not flatten out above 0, where its slope is 1 for
# every $x$, so gradients pass through many layers without getting smaller. Below 0 its slope is 0: a unit whose sum is
# negative for every sample learns nothing any more (it is said to have died). Which activation is best depends on the
# problem.
#
# `x` is an array of floats of any shape, and each number is treated by itself; the result has the same shape. Two
# things to watch:
#
# - `np.maximum(a, b)` takes the larger of two numbers, place by place. `np.max(x, axis)` is another function: it looks
#   for the largest number *along an axis*, and makes the array smaller. Python's own `max` compares only two single
#   numbers.
# - `x` itself must stay as it was. The network still needs it: for the way back, the derivative is computed from the
#   numbers before the activation. `x[x < 0] = 0` changes the caller's array, since a function gets the array itself
#   and not a copy.
#
# Write `ReLu` (the lab keeps this spelling in all exercises).

# %%
import numpy as np


def ReLu(x):
    """Return max(0, x) of every number in x, in an array of the same shape; x stays as it was.

    x: floats of any shape.
    """
    # BEGIN ANSWER
    return np.maximum(0, x)
    # END ANSWER


# %% [markdown]
# Try it. The vector should give `[0.9 0.2 0.1 0. 0.]`, and be the same as before afterwards.

# %%
x = np.array([0.9, 0.2, 0.1, -0.3, -0.7])
print(ReLu(x), x)
