# mistake: the losses of several samples are averaged over the columns instead of added up
# known mistake: mean over samples

import numpy as np


def loss(y, yhat):
    y = np.asarray(y, dtype=float)
    yhat = np.asarray(yhat, dtype=float)
    if y.shape != yhat.shape:
        raise ValueError("shapes differ")
    total = -np.sum(y * np.log(np.maximum(yhat, np.finfo(float).tiny)))
    if y.ndim == 2:
        total = total / y.shape[1]
    return float(total)
