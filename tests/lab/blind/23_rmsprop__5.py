# mistake: Adagrad adds the sum of the squares of all gradients of the array to every s, so there is one rate for the whole array and not one per parameter.
# mistake: RMSProp has the two weights exchanged: it keeps 1 - rho of s and takes rho of the new square.
# known mistake: rho and 1 - rho swapped
# known mistake: one sum of squares for all parameters
# known mistake: one sum of squares for all parameters, in Adagrad

import numpy as np


def adagrad_step(theta, g, s, alpha, eps):
    s = s + np.sum(g**2)
    theta = theta - alpha * g / (np.sqrt(s) + eps)
    return theta, s


def rmsprop_step(theta, g, s, alpha, rho, eps):
    s = (1 - rho) * s + rho * g**2
    theta = theta - alpha * g / (np.sqrt(s) + eps)
    return theta, s
