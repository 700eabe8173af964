# %% the old names again
import numpy as np


def adagrad_step(theta, g, s, alpha, eps):
    s = s + g * g
    theta = theta - alpha / (np.sqrt(s) + eps) * g
    return theta, s


def rmsprop_step(theta, g, s, alpha, rho, eps):
    s = s + (1 - rho) * (g * g - s)
    theta = theta - alpha / (eps + s**0.5) * g
    return theta, s


# %% one function for the step that both share, lists come back
import numpy as np


def moved(theta, g, s, alpha, eps):
    return np.subtract(theta, np.divide(np.multiply(alpha, g), np.add(np.sqrt(s), eps)))


def adagrad_step(theta, g, s, alpha, eps):
    s = np.square(g) + s
    return [moved(theta, g, s, alpha, eps).tolist(), s.tolist()]


def rmsprop_step(theta, g, s, alpha, rho, eps):
    s = np.average([s, np.square(g)], axis=0, weights=[rho, 1 - rho])
    return [moved(theta, g, s, alpha, eps).tolist(), s.tolist()]


# %% number by number
import math

import numpy as np


def adagrad_step(theta, g, s, alpha, eps):
    theta, s = theta.copy(), s.copy()
    for place, slope in np.ndenumerate(g):
        s[place] += slope**2
        theta[place] -= alpha * slope / (math.sqrt(s[place]) + eps)
    return theta, s


def rmsprop_step(theta, g, s, alpha, rho, eps):
    theta, s = theta.copy(), s.copy()
    for place, slope in np.ndenumerate(g):
        s[place] = rho * s[place] + (1 - rho) * slope**2
        theta[place] -= alpha * slope / (math.sqrt(s[place]) + eps)
    return theta, s


# %% in single precision, both in one array
import numpy as np


def adagrad_step(theta, g, s, alpha, eps):
    theta, g, s = np.array([theta, g, s], dtype=np.float32)
    s += g**2
    theta -= np.float32(alpha) * g / (np.sqrt(s) + np.float32(eps))
    return np.array([theta, s])


def rmsprop_step(theta, g, s, alpha, rho, eps):
    theta, g, s = np.array([theta, g, s], dtype=np.float32)
    s *= np.float32(rho)
    s += np.float32(1 - rho) * g**2
    theta -= np.float32(alpha) * g / (np.sqrt(s) + np.float32(eps))
    return np.array([theta, s])
