# mistakes: the gradient is weighted with (1 - mu), the other convention
# mistakes: theta -= writes into the caller's parameters
# fitting: average of gradients
# fitting: theta modified in place

import numpy as np


def momentum_step(theta, g, v, alpha, mu):
    velocity = mu * v + (1 - mu) * g
    theta -= alpha * velocity
    return theta, velocity
