# mistake: the bias is subtracted instead of added
# mistake: the activation is left out of account for None, act_func None is called and raises an error
# known mistake: bias subtracted

import numpy as np


def forward_layer(w, b, X, act_func):
    n_in, n_out = w.shape
    m = X.shape[1]
    z = np.zeros((n_out, m))
    for j in range(n_out):
        for k in range(m):
            z[j, k] = np.sum(w[:, j] * X[:, k]) - b[j, 0]
    return z, act_func(z)
