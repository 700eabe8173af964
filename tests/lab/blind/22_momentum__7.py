# mistake: The parameters are moved with the old velocity, without this step's gradient in it, and not with the new one.
# known mistake: step with the old velocity

import numpy as np


def momentum_step(theta, g, v, alpha, mu):
    theta_new = theta - alpha * v
    v_new = mu * v + g
    return theta_new, v_new
