# %% [markdown]
# # Exercise 14 · Derivatives of the activations
#
# A unit's sum $z$ moves a little. How much does its value $a = g(z)$ move? By $g'(z)$ times as much: the
# **derivative**, the slope of the activation at that place. Backpropagation multiplies by it in every layer. From the
# rules for $x^2 \to 2x$, $e^x \to e^x$ and the chain follow
#
# | activation | $g(x)$ | $g'(x)$ |
# |---|---|---|
# | linear | $x$ | $1$ |
# | ReLU | $\max(0, x)$ | $1$ where $x > 0$, else $0$ |
# | tanh | $\tanh x$ | $1 - \tanh^2 x$ |
# | sigmoid | $s(x) = \frac{1}{1 + e^{-x}}$ | $s(x)\,(1 - s(x))$ |
#
# At 0 a ReLU has a corner and no derivative. Take 0 there.
#
# Write the four functions. For all of them:
#
# - `x` is the number **before** the activation, the $z$ of a layer, and not $a$. In terms of the value, the slope of a
#   sigmoid is $a(1 - a)$; here $a$ has to be computed first. `Sigmoid` is given.
# - They work entry by entry and give back the shape they get: (5,), (3, 1), (1, 3), (3, 2), a single number. A loop
#   over `x` that makes a flat list turns a column (3, 1) into (3,); multiplied by a column that becomes a 3 × 3 table,
#   without a word.
# - Lists and whole numbers are accepted, too. What is given stays as it is.
# - Far from 0 the slopes of sigmoid and tanh are 0, also at ±1000, and never `nan`. So use `np.tanh` and `Sigmoid`, no
#   quotients of exponentials: $e^{1000}$ overflows.
#
# Mind what `*` and `**` do. For plain arrays they work entry by entry. For `np.matrix`, which the university notebook
# behind this course used, they are matrix products: a column raised an error, and a square matrix gave wrong numbers
# in silence.

# %%
import numpy as np
from glassnet.lab.given import Sigmoid


def Linear_derivative(x):
    """Return the slope of g(x) = x at every entry of x, in the shape of x."""
    # BEGIN SOLUTION
    return np.ones_like(x, dtype=float)
    # END SOLUTION


def ReLu_derivative(x):
    """Return the slope of max(0, x) at every entry of x, in the shape of x; 0 at 0."""
    # BEGIN SOLUTION
    return (np.asarray(x) > 0).astype(float)
    # END SOLUTION


def Tanh_derivative(x):
    """Return the slope of tanh at every entry of x, in the shape of x."""
    # BEGIN SOLUTION
    t = np.tanh(x)
    return 1 - t * t
    # END SOLUTION


def Sigmoid_derivative(x):
    """Return the slope of the sigmoid at every entry of x, in the shape of x."""
    # BEGIN SOLUTION
    s = Sigmoid(x)
    return s * (1 - s)
    # END SOLUTION


# %% [markdown]
# Try it. These are the values to expect:
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
