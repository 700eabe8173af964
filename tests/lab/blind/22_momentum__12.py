# mistake: the gradient is weighted with 1 - mu, as in a running average
# mistake: theta is changed in place, so the caller's array changes too
# known mistake: average of gradients
# known mistake: theta modified in place

import numpy as np


def momentum_step(theta, g, v, alpha, mu):
    v = mu * v + (1 - mu) * g
    theta -= alpha * v
    return theta, v
