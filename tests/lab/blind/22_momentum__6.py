# mistake: the gradient is weighted with (1 - mu), the other convention
# mistake: theta -= writes into the caller's parameters
# known mistake: average of gradients
# known mistake: theta modified in place

import numpy as np


def momentum_step(theta, g, v, alpha, mu):
    velocity = mu * v + (1 - mu) * g
    theta -= alpha * velocity
    return theta, velocity
