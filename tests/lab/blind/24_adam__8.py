# mistake: Takes t as counted from 0 and uses t + 1 as the power in the bias correction, so every correction is that of the next step.
# mistake: eps is added to the root of the uncorrected v and the correction applied afterwards, where eps belongs after the correction.
# known mistake: t + 1 in the correction

import numpy as np


def adam_step(theta, g, m, v, t, alpha, beta1, beta2, eps):
    steps = t + 1
    m_new = beta1 * m + (1 - beta1) * g
    v_new = beta2 * v + (1 - beta2) * g**2
    rate = alpha * np.sqrt(1 - beta2**steps) / (1 - beta1**steps)
    theta_new = theta - rate * m_new / (np.sqrt(v_new) + eps)
    return theta_new, m_new, v_new
