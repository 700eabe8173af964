# mistake: RMSProp divides by the root of the old s, not of the new one
# mistake: Adagrad changes the s that was handed in (its contents are overwritten)
# known mistake: division by the old s, in RMSProp
# known mistake: s modified in place, in Adagrad

import numpy as np


def adagrad_step(theta, g, s, alpha, eps):
    np.add(s, np.square(g), out=s)
    denominator = np.sqrt(s) + eps
    return theta - alpha * g / denominator, s


def rmsprop_step(theta, g, s, alpha, rho, eps):
    denominator = np.sqrt(s) + eps
    average = rho * s + (1 - rho) * np.square(g)
    return theta - alpha * g / denominator, average
