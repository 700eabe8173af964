# mistake: adds the bias to every single product before summing over the inputs, so it counts n_in times instead of once
# known mistake: bias in every product

import numpy as np


def forward_layer(w, b, X, act_func):
    n_in, n_out = w.shape
    m = X.shape[1]
    z = np.zeros((n_out, m))
    for i in range(n_in):
        # (n_out, 1) * (1, m) -> (n_out, m)
        z = z + (w[i, :].reshape(n_out, 1) * X[i, :].reshape(1, m) + b)
    if act_func is None:
        y_hat = z
    else:
        y_hat = act_func(z)
    return z, y_hat
