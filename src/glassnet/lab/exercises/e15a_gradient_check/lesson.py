# %% [markdown]
# # Exercise 15a · Gradient check
#
# A wrong gradient rarely raises an error. The original notebook had several mistakes in its backpropagation, and all
# its tests passed, but its network learned nothing. A **gradient check** would have found them.
#
# A derivative can be approximated numerically: increase and decrease one number a little, and compare the values of
# the function. For every entry of $\theta$, with the others fixed:
#
# $$\frac{\partial f}{\partial \theta_i} \approx \frac{f(\theta_i + h) - f(\theta_i - h)}{2h}$$
#
# These are **central differences**. Why both sides? Around $\theta = 2$ the cubic $\theta^3$ has the slope 12. With $h
# = 0.1$, a one-sided difference is 12.61, a central difference 12.01: the effect of the curvature cancels. The error
# is of order $h^2$ instead of $h$. (Smaller is not always better: far below $h = 10^{-6}$ rounding errors dominate.)
#
# Compare two gradients by their **relative error**, the norm of the difference divided by the sum of both norms:
#
# $$\frac{\lVert a - b \rVert}{\lVert a \rVert + \lVert b \rVert}, \qquad \lVert a \rVert = \sqrt{\textstyle\sum a_i^2}
# \text{ over all entries}$$
#
# It is 0 for equal gradients and 1 for opposite ones, whatever their size. Correct gradients have an error below
# $10^{-6}$. The notebook's gradients had 1.0000; corrected, $9 \cdot 10^{-10}$.
#
# Write both functions:
#
# - `numerical_gradient(f, theta, h)` uses the formula above, with the `h` it is given. `f` takes an array with the
#   shape of `theta`, any shape, and returns a number. `theta` does not change, except for rounding. It may hold
#   integers, and an integer array cannot store small steps: work on a float copy.
# - `relative_error(a, b)` takes two arrays of equal shape, any shape. It is 0 if both are 0, although 0/0 is `nan`.

# %%
import numpy as np


def numerical_gradient(f, theta, h=1e-5):
    """Return the central differences of f at theta, one for every entry, in the shape of theta.

    f: takes an array of theta's shape, returns a number. theta: floats or integers, any shape; it stays as it is.
    """
    # BEGIN SOLUTION
    point = np.array(theta, dtype=float)
    gradient = np.zeros(point.shape)
    for place in np.ndindex(point.shape):
        there = point[place]
        point[place] = there + h
        above = f(point)
        point[place] = there - h
        below = f(point)
        point[place] = there
        gradient[place] = (above - below) / (2 * h)
    return gradient
    # END SOLUTION


def relative_error(a, b):
    """Return the norm of a - b, divided by the sum of the norms of a and b; 0 if both are 0."""
    # BEGIN SOLUTION
    size = np.linalg.norm(a) + np.linalg.norm(b)
    return np.linalg.norm(a - b) / size if size else 0.0
    # END SOLUTION


# %% [markdown]
# Try it, first on the cubic (12.01), then on the `back_propagation` of the previous exercise. The error of `dW[1]`
# should be far below $10^{-6}$.

# %%
from glassnet.lab.given import Softmax, Tanh, Tanh_derivative, back_propagation, forward_one_step, initialize, loss

print(numerical_gradient(lambda theta: theta[0] ** 3, np.array([2]), h=0.1))

W, B = initialize([4, 3, 2], np.random.default_rng(0))
X, Y = np.random.default_rng(1).normal(size=(4, 5)), np.eye(2)[:, [0, 1, 1, 0, 1]]
functions = [None, Tanh, lambda z: Softmax(z, axis=0)]


def mean_loss(first):
    a, _ = forward_one_step(X, [None, first, W[2]], B, functions)
    return loss(Y, a[2]) / 5


a, z = forward_one_step(X, W, B, functions)
dW, db = back_propagation(Y, a, z, W, [None, Tanh_derivative, None])
print(relative_error(dW[1], numerical_gradient(mean_loss, W[1])))
