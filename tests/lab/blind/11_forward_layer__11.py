# mistake: the activation is applied to the weighted sum before the bias is added, so y_hat is g(W^T X) + b instead of g(W^T X + b)
# known mistake: bias after the activation

import numpy as np


def forward_layer(w, b, X, act_func):
    weighted = w.T @ X
    z = weighted + b
    if act_func is None:
        y_hat = z
    else:
        y_hat = act_func(weighted) + b
    return z, y_hat
