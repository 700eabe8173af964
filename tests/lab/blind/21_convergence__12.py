# mistake: the change is compared with the loss of the first epoch instead of the loss just before it
# mistake: only nan raises FloatingPointError, an infinite loss is accepted
# known mistake: change relative to the first loss
# known mistake: no check for inf

import numpy as np


def train_until_converged(epoch, tol, max_iter):
    losses = []
    while len(losses) < max_iter:
        new = epoch()
        if np.isnan(new):
            raise FloatingPointError("loss is nan")
        losses.append(new)
        if len(losses) > 1:
            change = abs(losses[-2] - losses[-1])
            if change < tol * abs(losses[0]):
                return losses
    return losses
