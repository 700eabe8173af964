# mistake: an entry is not put back after its measurement but stays at theta_i - h, so the later entries are measured at another place
# mistake: the relative error is computed for every entry on its own and then averaged, instead of from the lengths over all entries
# known mistake: entries not restored

import numpy as np


def numerical_gradient(f, theta, h=1e-5):
    work = np.array(theta, dtype=float)
    gradient = np.zeros(work.shape)
    for i in np.ndindex(work.shape):
        value = work[i]
        work[i] = value + h
        larger = f(work)
        work[i] = value - h
        smaller = f(work)
        gradient[i] = (larger - smaller) / (2 * h)
    return gradient


def relative_error(a, b):
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    size = np.abs(a) + np.abs(b)
    errors = np.abs(a - b) / np.where(size == 0, 1.0, size)
    return float(np.mean(errors))
