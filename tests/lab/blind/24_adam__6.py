# mistake: the bias correction of v is forgotten
# mistake: the bias correction of m multiplies beta1 by t in place of taking the power
# known mistake: v not corrected

import numpy as np


def adam_step(theta, g, m, v, t, alpha, beta1, beta2, eps):
    first = beta1 * m + (1 - beta1) * g
    second = beta2 * v + (1 - beta2) * g * g
    corrected = first / (1 - beta1 * t)
    step = alpha * corrected / (np.sqrt(second) + eps)
    return theta - step, first, second
