# mistake: only counts the term of the largest label in each column (argmax), wrong for labels that are shares
# known mistake: largest label only

import numpy as np


def loss(y, yhat):
    labels = np.array(y, dtype=float)
    probs = np.array(yhat, dtype=float)
    if labels.shape != probs.shape:
        raise ValueError("y and yhat must have the same shape")
    if labels.ndim == 1:
        labels = labels.reshape(-1, 1)
        probs = probs.reshape(-1, 1)
    result = 0.0
    for k in range(labels.shape[1]):
        true_class = np.argmax(labels[:, k])
        result -= np.log(max(probs[true_class, k], np.finfo(float).tiny))
    return float(result)
