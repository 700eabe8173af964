# mistake: multiply is a list comprehension over the pairs, which visits the elements one by one.
# mistake: general_dot adds up along axis 0, down the columns, instead of along each row.
# known mistake: general_dot: sums each column
# known mistake: multiply: a loop

import numpy as np


def dot(x1, x2):
    return np.sum(x1 * x2)


def outer(x1, x2):
    return np.outer(x1, x2)


def multiply(x1, x2):
    return np.array([a * b for a, b in zip(x1, x2)])


def general_dot(W, x):
    return np.sum(W * x, axis=0)
