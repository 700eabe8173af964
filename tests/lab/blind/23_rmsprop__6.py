# mistake: in RMSProp the shares are swapped, rho is given to the new square and 1 - rho to the old s
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
