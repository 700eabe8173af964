# mistake: the velocity has the opposite sign, mu * v - g with theta + alpha * v, so a given v pushes the wrong way and is returned negated
# mistake: the step is multiplied with 1 - mu, so that it does not get longer than that of plain descent

import numpy as np


def momentum_step(theta, g, v, alpha, mu):
    # the ball rolls downhill: against the gradient
    velocity = mu * v - g
    step = alpha * (1 - mu) * velocity
    return theta + step, velocity
