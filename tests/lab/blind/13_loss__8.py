# mistake: counts only entries whose label is exactly 1, so labels that are shares (0.7 and 0.3) cost nothing
# mistake: only requires the same number of entries and reshapes the prediction to fit, so (10,) and (10, 1) raise no ValueError
# known mistake: only labels equal to 1
# known mistake: arrays flattened

import numpy as np


def loss(y, yhat):
    y = np.array(y, dtype=float)
    yhat = np.array(yhat, dtype=float)
    if y.size != yhat.size:
        raise ValueError("y and yhat do not fit")
    yhat = yhat.reshape(y.shape)
    # only the probability of the true class matters; this also avoids 0 * ln 0
    p_true = yhat[y == 1]
    p_true = np.maximum(p_true, np.finfo(float).tiny)
    return float(-np.log(p_true).sum())
