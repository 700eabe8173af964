# mistake: general_dot sums over the wrong axis, down the columns of W, and so gives n numbers instead of one per row
# known mistake: general_dot: sums each column

import numpy as np


def dot(x1, x2):
    return np.dot(x1, x2)


def outer(x1, x2):
    return np.outer(x1, x2)


def multiply(x1, x2):
    return x1 * x2


def general_dot(W, x):
    return np.sum(W * x, axis=0)
