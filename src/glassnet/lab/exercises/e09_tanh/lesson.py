# %% [markdown]
# # Exercise 9 · Tanh
#
# The **hyperbolic tangent** has the form of the sigmoid, but goes from $-1$ to $1$, and through 0:
#
# $$\tanh(x) = \frac{e^x - e^{-x}}{e^x + e^{-x}} = 2\,\sigma(2x) - 1$$
#
# Its outputs are positive and negative, around 0, where those of the sigmoid are all positive; in hidden layers that
# is often, though not always, an advantage. Near 0 it is almost the line $y = x$; far out it is flat.
#
# Written with `np.exp` as above, the formula fails at both ends:
#
# - **Large numbers.** From $|x| = 710$ on, $e^{|x|}$ is `inf`, and `inf / inf` is `nan`. The right value is 1 or $-1$.
# - **Tiny numbers.** $e^x$ and $e^{-x}$ are both almost 1 then. A float has about 16 digits, and in the difference the
#   equal ones cancel: at $x = 10^{-12}$ only four are left, and at $10^{-17}$ both powers are rounded to exactly 1, so
#   that 0 comes out. The right value is $x$ itself, to all digits. (The form with $\sigma$ has the same fault.)
#
# Cures exist for both, but here is a general lesson: a formula that is right on paper is not yet a good program, and
# for the standard functions somebody has done the work. Look in NumPy before you write your own.
#
# Write `Tanh` for an array of floats of any shape, elementwise, right to six digits or more for numbers of every size,
# from the largest to the tiniest.

# %%
import numpy as np


def Tanh(x):
    """Return the hyperbolic tangent of every number in x, in the same shape.

    x: floats of any shape and size.
    """
    # BEGIN ANSWER
    return np.tanh(x)
    # END ANSWER


# %% [markdown]
# Try it. The vector should give `[0.71629787 0.19737532 0.09966799 -0.29131261 -0.60436778]`, the second line -1, 1
# and 1e-12.

# %%
print(Tanh(np.array([0.9, 0.2, 0.1, -0.3, -0.7])))
print(Tanh(np.array([-1000.0, 710.0, 1e-12])))
