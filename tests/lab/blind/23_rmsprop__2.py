# mistake: Adagrad adds the sum of the squares of all gradients to every s, it is not elementwise
# known mistake: one sum of squares for all parameters, in Adagrad

import numpy as np


def adagrad_step(theta, g, s, alpha, eps):
    # "adds up the squares"
    s_new = s + np.sum(g**2)
    theta_new = theta - alpha * (g / (np.sqrt(s_new) + eps))
    return theta_new, s_new


def rmsprop_step(theta, g, s, alpha, rho, eps):
    s_new = rho * s + (1 - rho) * g**2
    theta_new = theta - alpha * (g / (np.sqrt(s_new) + eps))
    return theta_new, s_new
