# %% a step array for every entry, sums of squares
import numpy as np


def numerical_gradient(f, theta, h=1e-5):
    slopes = []
    for i in range(theta.size):
        step = np.zeros(theta.size)
        step[i] = h
        step = step.reshape(theta.shape)
        slopes.append((f(theta + step) - f(theta - step)) / (2 * h))
    return np.array(slopes).reshape(theta.shape)


def relative_error(a, b):
    total = np.sqrt((a**2).sum()) + np.sqrt((b**2).sum())
    if total == 0:
        return 0
    return np.sqrt(((a - b) ** 2).sum()) / total


# %% in place where theta is of floats, moved and moved back
import numpy as np


def numerical_gradient(f, theta, h=1e-5):
    theta = np.asarray(theta, dtype=float)
    gradient = np.empty_like(theta)
    it = np.nditer(theta, flags=["multi_index"])
    for _ in it:
        i = it.multi_index
        theta[i] += h
        plus = f(theta)
        theta[i] -= 2 * h
        minus = f(theta)
        theta[i] += h
        gradient[i] = (plus - minus) / h / 2
    return gradient


def relative_error(a, b):
    numerator = np.linalg.norm((a - b).ravel())
    return numerator and numerator / (np.linalg.norm(a.ravel()) + np.linalg.norm(b.ravel()))


# %% two copies for every entry, a small number in the denominator, as a list
import numpy as np


def numerical_gradient(f, theta, h=0.00001):
    found = np.zeros(theta.shape, dtype=float)
    for i in range(theta.size):
        up, down = theta.astype(float), theta.astype(float)
        up.flat[i] += h
        down.flat[i] -= h
        found.flat[i] = 0.5 * (f(up) - f(down)) / h
    return found.tolist()


def relative_error(a, b):
    a, b = np.ravel(a), np.ravel(b)
    return float(np.sqrt((a - b) @ (a - b)) / (np.sqrt(a @ a) + np.sqrt(b @ b) + 1e-12))


# %% the identity matrix
import numpy as np


def numerical_gradient(f, theta, h=1e-5):
    g = [f(theta + h * e.reshape(theta.shape)) - f(theta - h * e.reshape(theta.shape)) for e in np.eye(theta.size)]
    return np.reshape(g, theta.shape) / 2 / h


def relative_error(a, b):
    return 0 if np.array_equal(a, b) else np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b))
