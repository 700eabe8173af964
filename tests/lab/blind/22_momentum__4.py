# mistake: theta is moved with the old velocity, before this step's gradient is in it
# known mistake: step with the old velocity

import numpy as np


def momentum_step(theta, g, v, alpha, mu):
    new_theta = theta - alpha * v
    new_v = mu * v + g
    return new_theta, new_v
