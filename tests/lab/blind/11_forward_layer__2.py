# mistake: the product is taken the other way round, so samples come out as rows: (m, n_out) instead of (n_out, m)
# known mistake: samples as rows

import numpy as np


def forward_layer(w, b, X, act_func):
    sums = np.dot(X.T, w)
    z = sums + b.T
    y_hat = z if act_func is None else act_func(z)
    return z, y_hat
