# mistake: the bias is understood as a threshold and subtracted instead of added
# mistake: the activation is called separately for each unit's row instead of on all of z, so a softmax along axis 0 normalises over the samples
# known mistake: bias subtracted
# known mistake: activation unit by unit, as vectors

import numpy as np


def forward_layer(w, b, X, act_func):
    # every unit fires when its sum is above its threshold b
    z = w.T @ X - b
    if act_func is None:
        return z, z
    # each unit puts its own sums through the activation
    y_hat = np.array([act_func(unit) for unit in z])
    return z, y_hat
