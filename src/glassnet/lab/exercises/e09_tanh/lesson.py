# %% [markdown]
# # Exercise 9 · Tanh
#
# The **hyperbolic tangent** (tanh) has the same shape as the sigmoid, but it ranges from $-1$ to $1$ and passes through
# the origin:
#
# $$\tanh(x) = \frac{e^x - e^{-x}}{e^x + e^{-x}} = 2\,\sigma(2x) - 1$$
#
# Its outputs are centered around 0, but those of the sigmoid are all positive. In hidden layers that is often an
# advantage, though not always. Near 0, tanh is close to the line $y = x$. For large $|x|$ it saturates: it is nearly
# constant.
#
# If you write the formula with `np.exp`, it fails for large and for tiny numbers:
#
# - **Overflow.** From $|x| = 710$, $e^{|x|}$ is `inf`, and `inf / inf` is `nan`. The correct value is 1 or $-1$.
# - **Cancellation.** For tiny $x$, $e^x$ and $e^{-x}$ are both almost 1. A float has about 16 digits, and the leading
#   digits cancel in the difference. At $x = 10^{-12}$ only four digits remain. At $10^{-17}$ both powers are rounded to
#   exactly 1, and the result is 0. The correct value is $x$ itself, to all digits. (The formula with $\sigma$ has the
#   same problem.)
#
# You could repair both. But there is a general lesson: a correct formula is not always a good program, and for standard
# functions a good program already exists. Look in NumPy before you write your own.
#
# Write `Tanh` for float arrays of any shape, elementwise. The result must be accurate to at least six digits, for
# arguments of any size.

# %%
import numpy as np


def Tanh(x):
    """Return the hyperbolic tangent of x elementwise, as an array of the same shape.

    x: floats of any shape and any magnitude.
    """
    # BEGIN SOLUTION
    return np.tanh(x)
    # END SOLUTION


# %% [markdown]
# Try it. The vector should give `[0.71629787 0.19737532 0.09966799 -0.29131261 -0.60436778]`. The second line should be
# -1, 1, and 1e-12.

# %%
print(Tanh(np.array([0.9, 0.2, 0.1, -0.3, -0.7])))
print(Tanh(np.array([-1000.0, 710.0, 1e-12])))
