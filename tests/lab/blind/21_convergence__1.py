# mistake: "smaller" is not strict (<=), so tol=0 stops at two equal losses
# known mistake: <= instead of <

import numpy as np


def train_until_converged(epoch, tol, max_iter):
    losses = []
    for t in range(max_iter):
        c = epoch()
        if not np.isfinite(c):
            raise FloatingPointError("the loss is nan or infinite")
        losses.append(c)
        if t >= 1 and abs(losses[t - 1] - losses[t]) <= tol * abs(losses[t - 1]):
            break
    return losses
