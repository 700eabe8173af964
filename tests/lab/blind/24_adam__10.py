# mistake: m is built like the velocity of the momentum exercise, beta1 * m + g, without the factor 1 - beta1
# mistake: the bias correction of v is applied to the root of v, not to v under the root
# known mistake: square root corrected instead of v
# known mistake: decaying sum in m

import numpy as np


def adam_step(theta, g, m, v, t, alpha, beta1, beta2, eps):
    # momentum part
    m = beta1 * m + g
    # RMSProp part
    v = beta2 * v + (1 - beta2) * g * g
    rms = np.sqrt(v)

    direction = m / (1 - beta1**t)
    scale = rms / (1 - beta2**t)
    theta = theta - alpha * direction / (scale + eps)
    return theta, m, v
