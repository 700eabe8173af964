# mistake: the logarithms of all entries with a label above 0 are added up without weighting them by the label, which is only right for one-hot labels, not for shares
# known mistake: unweighted labels

import numpy as np


def loss(y, yhat):
    y = np.asarray(y, dtype=float)
    yhat = np.asarray(yhat, dtype=float)
    if y.shape != yhat.shape:
        raise ValueError("y and yhat need the same shape")
    true_class = y > 0
    p = np.maximum(yhat[true_class], np.finfo(float).tiny)
    return float(-np.sum(np.log(p)))
