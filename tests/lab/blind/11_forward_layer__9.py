# mistake: the activation is applied to each unit's row separately instead of to all of z, so a softmax over the units runs over the samples
# known mistake: activation unit by unit, as vectors

import numpy as np


def forward_layer(w, b, X, act_func):
    z = w.T @ X + b
    if act_func is None:
        return z, z
    # every unit puts its own sum through the activation
    y_hat = np.array([act_func(unit) for unit in z])
    return z, y_hat
