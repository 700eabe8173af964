# mistake: eps is added under the root, to s, and not after the root (in both steps).
# known mistake: eps under the square root, in both

import numpy as np


def adagrad_step(theta, g, s, alpha, eps):
    s_new = s + g**2
    theta_new = theta - alpha * g / np.sqrt(s_new + eps)
    return theta_new, s_new


def rmsprop_step(theta, g, s, alpha, rho, eps):
    s_new = rho * s + (1 - rho) * g**2
    theta_new = theta - alpha * g / np.sqrt(s_new + eps)
    return theta_new, s_new
