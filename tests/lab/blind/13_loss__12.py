# mistake: the binary cross entropy is used, which adds the terms (1 - y) ln(1 - yhat) of the wrong classes
# mistake: only the number of entries is compared and both arrays are flattened, so (10,) against (10, 1) raises no ValueError
# known mistake: binary cross-entropy
# known mistake: arrays flattened

import numpy as np


def loss(y, yhat):
    y = np.asarray(y, dtype=float).ravel()
    yhat = np.asarray(yhat, dtype=float).ravel()
    if len(y) != len(yhat):
        raise ValueError("y and yhat do not fit")
    tiny = np.finfo(float).tiny
    right = y * np.log(np.maximum(yhat, tiny))
    wrong = (1 - y) * np.log(np.maximum(1 - yhat, tiny))
    return float(-np.sum(right + wrong))
