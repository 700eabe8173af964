# mistake: relative_error uses norm(..., 2), which for a matrix is its largest singular value and not the root of the summed squares
# known mistake: largest singular value

import numpy as np


def numerical_gradient(f, theta, h=1e-5):
    theta = np.array(theta, dtype=float)
    grad = np.zeros(theta.shape)
    for index in np.ndindex(theta.shape):
        up, down = theta.copy(), theta.copy()
        up[index] += h
        down[index] -= h
        grad[index] = (f(up) - f(down)) / (2 * h)
    return grad


def relative_error(a, b):
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    lengths = np.linalg.norm(a, 2) + np.linalg.norm(b, 2)
    if lengths == 0:
        return 0.0
    return np.linalg.norm(a - b, 2) / lengths
