# mistake: in Adagrad epsilon is added under the root instead of after it
# mistake: RMSProp averages the squared gradients over all parameters too, instead of keeping one s per parameter
# known mistake: eps under the square root, in Adagrad

import numpy as np


def adagrad_step(theta, g, s, alpha, eps):
    s_new = s + g * g
    theta_new = theta - alpha * g / np.sqrt(s_new + eps)
    return theta_new, s_new


def rmsprop_step(theta, g, s, alpha, rho, eps):
    s_new = rho * s + (1 - rho) * np.mean(g**2)
    theta_new = theta - alpha * g / (np.sqrt(s_new) + eps)
    return theta_new, s_new
