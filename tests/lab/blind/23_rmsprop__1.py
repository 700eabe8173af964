# mistake: eps is added inside the root (sqrt(s + eps)) instead of after it
# known mistake: eps under the square root, in both

import numpy as np


def _move(theta, g, s, alpha, eps):
    return theta - alpha * g / np.sqrt(s + eps)


def adagrad_step(theta, g, s, alpha, eps):
    s = s + g * g
    return _move(theta, g, s, alpha, eps), s


def rmsprop_step(theta, g, s, alpha, rho, eps):
    s = rho * s + (1 - rho) * g * g
    return _move(theta, g, s, alpha, eps), s
