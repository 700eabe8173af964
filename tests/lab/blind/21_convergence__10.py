# mistake: the change is compared with the very first loss of the run, not with the loss of the epoch before
# mistake: only nan raises FloatingPointError, an infinite loss is let through
# known mistake: change relative to the first loss
# known mistake: no check for inf

import numpy as np


def train_until_converged(epoch, tol, max_iter):
    losses = []
    for t in range(max_iter):
        current = epoch()
        if np.isnan(current):
            raise FloatingPointError("the loss is nan, this run is lost")
        losses.append(current)
        if t >= 1:
            change = abs(losses[t - 1] - losses[t])
            if change < tol * abs(losses[0]):
                return losses
    return losses
