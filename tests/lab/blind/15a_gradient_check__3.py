# mistake: theta.copy() keeps the integer type, so with whole numbers the steps are swallowed
# mistake: relative_error divides by the length of the sum a + b, not by the sum of the two lengths
# known mistake: steps truncated in an integer array
# known mistake: division by the norm of a + b, inf for opposite arrays

import numpy as np


def numerical_gradient(f, theta, h=1e-5):
    gradient = np.empty(theta.shape, dtype=float)
    work = theta.copy()
    for i in np.ndindex(*theta.shape):
        old = work[i]
        work[i] = old + h
        f_right = f(work)
        work[i] = old - h
        f_left = f(work)
        work[i] = old
        gradient[i] = (f_right - f_left) / (2 * h)
    return gradient


def length(v):
    return np.sqrt((v.astype(float) ** 2).sum())


def relative_error(a, b):
    if not a.any() and not b.any():
        return 0.0
    return length(a - b) / length(a + b)
