# mistake: both arrays are flattened before they are compared, so labels (10,) and predictions (10, 1) pass instead of raising ValueError
# known mistake: arrays flattened

import numpy as np


def loss(y, yhat):
    truth = np.ravel(y).astype(float)
    prob = np.ravel(yhat).astype(float)
    if truth.shape != prob.shape:
        raise ValueError("y and yhat do not fit")
    total = 0.0
    for t, p in zip(truth, prob):
        if t != 0:
            total -= t * np.log(max(p, 1e-300))
    return total
