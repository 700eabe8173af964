# mistake: The change is compared with the loss of the very first epoch and not with the loss just before it.
# mistake: Only nan raises FloatingPointError; an infinite loss is accepted and the run goes on.
# known mistake: change relative to the first loss
# known mistake: no check for inf

import numpy as np


def train_until_converged(epoch, tol, max_iter):
    losses = []
    for t in range(1, max_iter + 1):
        current = epoch()
        if np.isnan(current):
            raise FloatingPointError("loss is nan")
        losses.append(current)
        if t >= 2:
            change = abs(losses[-2] - current)
            if change < tol * abs(losses[0]):
                return losses
    return losses
