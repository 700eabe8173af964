# %% [markdown]
# # Exercise 14 · Derivatives of the activations
#
# The pre-activation $z$ of a unit changes a little. How much does its activation $a = g(z)$ change? By $g'(z)$ times
# as much: the **derivative**, the slope of the activation at $z$. Backpropagation multiplies by it in every layer. The
# rules $x^2 \to 2x$ and $e^x \to e^x$ and the chain rule give:
#
# | activation | $g(x)$ | $g'(x)$ |
# |---|---|---|
# | linear | $x$ | $1$ |
# | ReLU | $\max(0, x)$ | $1$ where $x > 0$, else $0$ |
# | tanh | $\tanh x$ | $1 - \tanh^2 x$ |
# | sigmoid | $s(x) = \frac{1}{1 + e^{-x}}$ | $s(x)\,(1 - s(x))$ |
#
# At 0, ReLU has no derivative. Return 0 there.
#
# Write the four functions. Requirements for all of them:
#
# - `x` is the value **before** the activation, the $z$ of a layer, not $a$. The derivative of a sigmoid is $a(1 - a)$
#   in terms of $a$; here you compute $a$ first. `Sigmoid` is given.
# - They work elementwise and keep the shape: (5,), (3, 1), (1, 3), (3, 2), a single number. A loop over `x` turns a
#   column (3, 1) into (3,), which silently broadcasts with a column to (3, 3).
# - They accept lists and integers, and do not change their input.
# - For large values, such as ±1000, the derivatives of sigmoid and tanh are 0, never `nan`. So use `np.tanh` and
#   `Sigmoid` instead of exponentials: $e^{1000}$ overflows.
#
# Note that `*` and `**` work elementwise for arrays. For `np.matrix`, which the original notebook used, they are
# matrix products: a column raised an error, and a square matrix silently gave wrong numbers.

# %%
import numpy as np
from glassnet.lab.given import Sigmoid


def Linear_derivative(x):
    """Return the derivative of g(x) = x at every entry of x, in the shape of x."""
    # BEGIN SOLUTION
    return np.ones_like(x, dtype=float)
    # END SOLUTION


def ReLu_derivative(x):
    """Return the derivative of max(0, x) at every entry of x, in the shape of x; 0 at 0."""
    # BEGIN SOLUTION
    return (np.asarray(x) > 0).astype(float)
    # END SOLUTION


def Tanh_derivative(x):
    """Return the derivative of tanh at every entry of x, in the shape of x."""
    # BEGIN SOLUTION
    t = np.tanh(x)
    return 1 - t * t
    # END SOLUTION


def Sigmoid_derivative(x):
    """Return the derivative of the sigmoid at every entry of x, in the shape of x."""
    # BEGIN SOLUTION
    s = Sigmoid(x)
    return s * (1 - s)
    # END SOLUTION


# %% [markdown]
# Try it. Expected values:
#
# | x | 0.9 | 0.2 | 0.1 | −0.3 | −0.7 |
# |---|---|---|---|---|---|
# | linear | 1 | 1 | 1 | 1 | 1 |
# | ReLU | 1 | 1 | 1 | 0 | 0 |
# | tanh | 0.48691736 | 0.96104298 | 0.99006629 | 0.91513696 | 0.63473959 |
# | sigmoid | 0.20550031 | 0.24751657 | 0.24937604 | 0.24445831 | 0.22171287 |

# %%
a = [0.9, 0.2, 0.1, -0.3, -0.7]
for derivative in (Linear_derivative, ReLu_derivative, Tanh_derivative, Sigmoid_derivative):
    print(derivative.__name__, derivative(a))
