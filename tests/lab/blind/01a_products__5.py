# mistake: outer makes a column of x2 instead of x1, so the result is the transpose (k, n).
# known mistake: outer: transposed

import numpy as np


def dot(x1, x2):
    return np.dot(x1, x2)


def outer(x1, x2):
    return x1 * x2[:, np.newaxis]


def multiply(x1, x2):
    return x1 * x2


def general_dot(W, x):
    return W @ x
