# mistake: eps is added under the root, not after it
# known mistake: eps under the square root

import numpy as np


def adam_step(theta, g, m, v, t, alpha, beta1, beta2, eps):
    m_new = beta1 * m + (1 - beta1) * g
    v_new = beta2 * v + (1 - beta2) * np.square(g)
    m_hat = m_new / (1 - beta1**t)
    v_hat = v_new / (1 - beta2**t)
    return theta - alpha * m_hat / np.sqrt(v_hat + eps), m_new, v_new
