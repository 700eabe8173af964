# mistake: the activation gets one flat column at a time instead of all of z
# known mistake: activation sample by sample, as vectors

import numpy as np


def forward_layer(w, b, X, act_func):
    z = w.T @ X + b
    if act_func is None:
        return z, z
    y_hat = np.zeros(z.shape)
    for k in range(z.shape[1]):
        y_hat[:, k] = act_func(z[:, k])
    return z, y_hat
