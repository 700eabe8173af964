# mistake: relative_error divides by the length of the sum a + b instead of by the sum of the two lengths
# known mistake: division by the norm of a + b, inf for opposite arrays

import numpy as np


def numerical_gradient(f, theta, h=1e-5):
    theta = np.array(theta, dtype=float)
    grad = np.zeros(theta.shape)
    for idx in np.ndindex(theta.shape):
        old = theta[idx]
        theta[idx] = old + h
        plus = f(theta)
        theta[idx] = old - h
        minus = f(theta)
        theta[idx] = old
        grad[idx] = (plus - minus) / (2 * h)
    return grad


def relative_error(a, b):
    a = np.asarray(a, dtype=float)
    b = np.asarray(b, dtype=float)
    if not a.any() and not b.any():
        return 0.0
    return np.sqrt(np.sum((a - b) ** 2)) / np.sqrt(np.sum((a + b) ** 2))
