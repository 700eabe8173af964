# mistake: infinite terms are replaced by the largest float with nan_to_num, so two impossible truths add up to infinity again
# known mistake: largest float instead of a floor

import numpy as np


def loss(y, yhat):
    y = np.asarray(y, dtype=float)
    yhat = np.asarray(yhat, dtype=float)
    if y.shape != yhat.shape:
        raise ValueError(f"shapes differ: {y.shape} and {yhat.shape}")
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = y * np.log(yhat)
        # nan -> 0, -inf -> a large finite number
        terms = np.nan_to_num(terms)
        return float(-np.sum(terms))
