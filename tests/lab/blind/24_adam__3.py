# mistake: v is corrected with beta1 instead of beta2
# mistake: v averages the squares of the new m, not of the gradient
# known mistake: v corrected with beta1
# known mistake: average of the squares of m

import numpy as np


def running(old, new, beta):
    return beta * old + (1 - beta) * new


def adam_step(theta, g, m, v, t, alpha, beta1, beta2, eps):
    m_new = running(m, g, beta1)
    v_new = running(v, m_new**2, beta2)
    correction = 1 - beta1**t
    m_hat = m_new / correction
    v_hat = v_new / correction
    return theta - alpha * m_hat / (np.sqrt(v_hat) + eps), m_new, v_new
