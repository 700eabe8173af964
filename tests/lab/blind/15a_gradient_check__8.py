# mistake: the gradient is measured with a step to one side, (f(theta + h) - f(theta)) / h, instead of central differences
# known mistake: one-sided, forward

import numpy as np


def numerical_gradient(f, theta, h=1e-5):
    theta = np.array(theta, dtype=float)
    gradient = np.zeros(theta.shape)
    before = f(theta.copy())
    for i in np.ndindex(theta.shape):
        moved = theta.copy()
        moved[i] += h
        gradient[i] = (f(moved) - before) / h
    return gradient


def relative_error(a, b):
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    lengths = np.sqrt(np.sum(a**2)) + np.sqrt(np.sum(b**2))
    if lengths == 0:
        return 0.0
    return np.sqrt(np.sum((a - b) ** 2)) / lengths
