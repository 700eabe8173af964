# mistake: does not put an entry back after its two steps, so the following entries are measured with the earlier ones shifted by -h
# mistake: takes np.linalg.norm(., 2) for the length, which for a matrix is the largest singular value and not the root of the sum of all squares
# known mistake: entries not restored
# known mistake: largest singular value

import numpy as np


def numerical_gradient(f, theta, h=1e-5):
    work = np.array(theta, dtype=float)  # own copy, the caller's theta is untouched
    grad = np.empty(work.shape)
    for i in np.ndindex(work.shape):
        work[i] += h
        up = f(work)
        work[i] -= 2 * h
        down = f(work)
        grad[i] = (up - down) / (2 * h)
    return grad


def relative_error(a, b):
    a = np.asarray(a, dtype=float)
    b = np.asarray(b, dtype=float)
    lengths = np.linalg.norm(a, 2) + np.linalg.norm(b, 2)
    if lengths == 0:
        return 0.0
    return np.linalg.norm(a - b, 2) / lengths
