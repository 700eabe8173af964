# mistake: after measuring an entry it is left at theta_i - h (not put back), so the other entries are not held still
# known mistake: entries not restored

import numpy as np


def numerical_gradient(f, theta, h=1e-5):
    t = np.array(theta, dtype=float)
    grad = np.zeros(t.shape)
    for idx in np.ndindex(*t.shape):
        t[idx] += h
        plus = f(t)
        t[idx] -= 2 * h
        minus = f(t)
        grad[idx] = (plus - minus) / (2 * h)
    return grad


def relative_error(a, b):
    a = np.asarray(a, dtype=float)
    b = np.asarray(b, dtype=float)
    below = np.sqrt(np.sum(a ** 2)) + np.sqrt(np.sum(b ** 2))
    if below == 0:
        return 0.0
    return np.sqrt(np.sum((a - b) ** 2)) / below
