# mistake: v is changed in place (*= and +=), so the caller's velocity is overwritten
# known mistake: velocity modified in place

import numpy as np


def momentum_step(theta, g, v, alpha, mu):
    v *= mu
    v += g
    return theta - alpha * v, v
