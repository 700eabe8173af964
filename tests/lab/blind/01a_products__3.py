# mistake: dot converts its result to a whole number, as if the vectors never held fractions
# known mistake: dot: truncated

import numpy as np


def dot(x1, x2):
    return int(np.dot(x1, x2))


def outer(x1, x2):
    return np.outer(x1, x2)


def multiply(x1, x2):
    return x1 * x2


def general_dot(W, x):
    return W @ x
