# mistake: the length is np.linalg.norm(x, 2), which for a matrix is the largest singular value, not the root of the sum over all entries
# known mistake: largest singular value

import numpy as np


def numerical_gradient(f, theta, h=1e-5):
    theta = np.array(theta, dtype=float)
    result = []
    for k in range(theta.size):
        step = np.zeros(theta.size)
        step[k] = h
        step = step.reshape(theta.shape)
        result.append((f(theta + step) - f(theta - step)) / (2 * h))
    return np.array(result, dtype=float).reshape(theta.shape)


def relative_error(a, b):
    a, b = np.atleast_1d(a), np.atleast_1d(b)
    total = np.linalg.norm(a, 2) + np.linalg.norm(b, 2)
    return np.linalg.norm(a - b, 2) / total if total > 0 else 0.0
