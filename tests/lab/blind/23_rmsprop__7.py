# mistake: Adagrad takes eps only as a lower bound of the root (maximum) and does not add it
# mistake: RMSProp adds the whole square to rho * s, the factor 1 - rho is missing
# known mistake: decaying sum instead of average

import numpy as np


def adagrad_step(theta, g, s, alpha, eps):
    s_new = s + np.square(g)
    # eps is there against 0 / 0
    root = np.maximum(np.sqrt(s_new), eps)
    return theta - alpha * g / root, s_new


def rmsprop_step(theta, g, s, alpha, rho, eps):
    # as Adagrad, but old squares fade
    s_new = rho * s + np.square(g)
    return theta - alpha * g / (np.sqrt(s_new) + eps), s_new
