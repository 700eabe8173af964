# mistake: for several samples (columns) the mean of their losses is returned instead of the sum
# known mistake: mean over samples

import numpy as np


def loss(y, yhat):
    y = np.asarray(y, dtype=float)
    yhat = np.asarray(yhat, dtype=float)
    if y.shape != yhat.shape:
        raise ValueError(f"shapes differ: {y.shape} and {yhat.shape}")
    per_entry = -y * np.log(np.maximum(yhat, np.finfo(float).tiny))
    per_sample = per_entry.sum(axis=0)
    return float(np.mean(per_sample)) if y.ndim == 2 else float(per_sample)
