# mistake: The gradient is weighted with (1 - mu), the running-average convention, where the exercise adds it whole.
# mistake: The arrays handed in are changed in place and returned, where new ones should be.
# known mistake: average of gradients
# known mistake: theta and velocity modified in place

import numpy as np


def momentum_step(theta, g, v, alpha, mu):
    v *= mu
    v += (1 - mu) * g
    theta -= alpha * v
    return theta, v
