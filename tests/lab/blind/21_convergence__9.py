# mistake: the change is compared with the size of the new loss, not with the loss before it
# known mistake: change relative to the new loss

import numpy as np


def train_until_converged(epoch, tol, max_iter):
    losses = []
    while len(losses) < max_iter:
        c = epoch()
        if not np.isfinite(c):
            raise FloatingPointError(f"loss is {c} in epoch {len(losses) + 1}")
        losses.append(c)
        if len(losses) > 1 and abs(losses[-2] - c) < tol * abs(c):
            break
    return losses
