# mistake: returns as z the weighted sum without the bias and adds the bias only on the way into the activation
# mistake: applies the activation to each unit's row separately instead of to all of z, so a softmax over the units is normalised over the samples
# known mistake: z without the bias
# known mistake: activation unit by unit, as vectors

import numpy as np


def forward_layer(w, b, X, act_func):
    z = w.T @ X
    total = z + b
    if act_func is None:
        return z, total
    # every unit has its own activation
    y_hat = np.array([act_func(total[j]) for j in range(total.shape[0])])
    return z, y_hat
