# mistake: <= in place of <, so tol=0 stops at two equal losses
# mistake: only nan raises FloatingPointError, an infinite loss does not
# known mistake: <= instead of <
# known mistake: no check for inf

import numpy as np


def train_until_converged(epoch, tol, max_iter):
    history = []
    previous = None
    for t in range(1, max_iter + 1):
        current = epoch()
        if np.isnan(current):
            raise FloatingPointError("the loss is nan in epoch " + str(t))
        history.append(current)
        if previous is not None:
            change = abs(previous - current)
            if change <= tol * abs(previous):
                return history
        previous = current
    return history
