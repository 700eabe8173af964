# mistake: all entries with probability 0 are left out, so an impossible truth costs nothing
# mistake: with several samples the loss is their mean instead of their sum
# known mistake: mean over samples
# known mistake: zero loss for probability 0

import numpy as np


def loss(y, yhat):
    labels, probs = np.array(y, float), np.array(yhat, float)
    if labels.shape != probs.shape:
        raise ValueError("y and yhat must have the same shape")
    usable = probs > 0          # ln 0 does not exist
    total = -(labels[usable] * np.log(probs[usable])).sum()
    if labels.ndim == 2:
        total = total / labels.shape[1]
    return total
