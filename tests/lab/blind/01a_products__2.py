# mistake: outer puts x2 along the rows and x1 along the columns, so the result is transposed, (k, n)
# mistake: multiply uses np.vectorize, taking it for vectorisation, though it calls the Python function for every element
# known mistake: outer: transposed
# known mistake: multiply: a loop

import numpy as np


def dot(x1, x2):
    return x1 @ x2


def outer(x1, x2):
    return x1[np.newaxis, :] * x2[:, np.newaxis]


def multiply(x1, x2):
    product = np.vectorize(lambda a, b: a * b)
    return product(x1, x2)


def general_dot(W, x):
    return W @ x
