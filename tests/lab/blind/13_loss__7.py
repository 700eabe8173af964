# mistake: divides by the number of samples (mean loss per sample) instead of summing over all entries
# known mistake: mean over samples

import numpy as np


def loss(y, yhat):
    y = np.asarray(y, dtype=float)
    yhat = np.asarray(yhat, dtype=float)
    if y.shape != yhat.shape:
        raise ValueError(f"shapes differ: {y.shape} and {yhat.shape}")
    p = np.maximum(yhat, np.finfo(float).tiny)
    m = y.shape[1] if y.ndim == 2 else 1
    return -np.sum(y * np.log(p)) / m
