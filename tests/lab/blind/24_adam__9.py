# mistake: v averages the squared distance of the gradient from its mean m (a variance), not the squared gradient
# known mistake: AdaBelief

import numpy as np


def adam_step(theta, g, m, v, t, alpha, beta1, beta2, eps):
    m_new = beta1 * m + (1 - beta1) * g
    v_new = beta2 * v + (1 - beta2) * (g - m_new) ** 2
    m_hat = m_new / (1 - beta1**t)
    v_hat = v_new / (1 - beta2**t)
    theta_new = theta - alpha * m_hat / (np.sqrt(v_hat) + eps)
    return theta_new, m_new, v_new
