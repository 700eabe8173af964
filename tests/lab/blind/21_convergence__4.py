# mistake: no absolute value on the left, so a growing loss counts as settled
# known mistake: increasing loss taken for convergence

import numpy as np


def train_until_converged(epoch, tol, max_iter):
    losses = []
    for _ in range(max_iter):
        c = epoch()
        if not np.isfinite(c):
            raise FloatingPointError(f"the loss is {c}")
        losses.append(c)
        if len(losses) >= 2 and losses[-2] - losses[-1] < tol * abs(losses[-2]):
            break
    return losses
