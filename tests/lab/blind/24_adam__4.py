# mistake: the bias-corrected m and v are returned and so remembered, in place of the uncorrected ones
# known mistake: corrected averages returned

import numpy as np


def adam_step(theta, g, m, v, t, alpha, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m = m / (1 - beta1**t)
    v = v / (1 - beta2**t)
    theta = theta - alpha * m / (np.sqrt(v) + eps)
    return theta, m, v
