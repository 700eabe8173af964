# mistake: the gradient is weighted with (1 - mu), as in a running average
# mistake: the velocity array that was handed in is overwritten and returned, no new array
# known mistake: average of gradients
# known mistake: velocity modified in place

import numpy as np


def momentum_step(theta, g, v, alpha, mu):
    share = 1 - mu
    v[...] = mu * v + share * g
    new = theta.copy()
    new = new - alpha * v
    return new, v
