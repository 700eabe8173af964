# mistake: all units get the bias of the first unit, b[0]
# mistake: the activation is computed from the products without the bias, not from z
# known mistake: activation before the bias

import numpy as np


def forward_layer(w, b, X, act_func):
    n_out, m = w.shape[1], X.shape[1]
    products = np.zeros((n_out, m))
    for unit in range(n_out):
        for sample in range(m):
            products[unit, sample] = np.sum(w[:, unit] * X[:, sample])
    z = products + b[0]
    if act_func is None:
        y_hat = z.copy()
    else:
        y_hat = act_func(products)
    return z, y_hat
