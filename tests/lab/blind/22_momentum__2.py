# mistake: theta is moved with the old velocity, not with the new one that has this step's gradient in it
# known mistake: step with the old velocity

import numpy as np


def momentum_step(theta, g, v, alpha, mu):
    """One step of momentum."""
    new_theta = theta - np.multiply(alpha, v)
    new_v = np.add(np.multiply(mu, v), g)
    return new_theta, new_v
