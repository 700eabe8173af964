# mistake: the step is Nesterov's, g plus mu times the new velocity, in place of the new velocity alone
# known mistake: Nesterov momentum

import numpy as np


def momentum_step(theta, g, v, alpha, mu):
    v_new = mu * v + g
    theta_new = theta - alpha * (g + mu * v_new)
    return theta_new, v_new
