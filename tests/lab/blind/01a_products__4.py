# mistake: outer stretches the wrong vector, so the result is transposed, (k, n)
# mistake: multiply uses np.frompyfunc, which calls a Python function for every element and so is a loop
# known mistake: outer: transposed
# known mistake: multiply: a loop

import numpy as np

times = np.frompyfunc(lambda a, b: a * b, 2, 1)


def dot(x1, x2):
    return np.sum(np.multiply(x1, x2))


def outer(x1, x2):
    return x1[np.newaxis, :] * x2[:, np.newaxis]


def multiply(x1, x2):
    return times(x1, x2).astype(float)


def general_dot(W, x):
    return np.sum(W * x, axis=1)
