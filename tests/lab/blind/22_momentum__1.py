# mistake: the velocity has the learning rate in it (v = mu v + alpha g), so the returned v is not the text's v
# known mistake: learning rate in the velocity

import numpy as np


def momentum_step(theta, g, v, alpha, mu):
    velocity = mu * v + alpha * g
    return theta - velocity, velocity
