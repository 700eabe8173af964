# mistake: in RMSProp rho and 1 - rho are swapped, rho is taken as the share of the new gradient
# known mistake: rho and 1 - rho swapped

import numpy as np


def adagrad_step(theta, g, s, alpha, eps):
    s = s + g**2
    theta = theta - alpha * g / (np.sqrt(s) + eps)
    return theta, s


def rmsprop_step(theta, g, s, alpha, rho, eps):
    s = (1 - rho) * s + rho * g**2
    theta = theta - alpha * g / (np.sqrt(s) + eps)
    return theta, s
