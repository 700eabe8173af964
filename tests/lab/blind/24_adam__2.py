# mistake: eps is added to the root of the uncorrected v, the correction comes afterwards (folded into the rate)
# known mistake: eps before the correction

import numpy as np


def adam_step(theta, g, m, v, t, alpha, beta1, beta2, eps):
    first = beta1 * m + (1 - beta1) * g
    second = beta2 * v + (1 - beta2) * np.square(g)
    rate = alpha * np.sqrt(1 - beta2**t) / (1 - beta1**t)
    return theta - rate * first / (np.sqrt(second) + eps), first, second
