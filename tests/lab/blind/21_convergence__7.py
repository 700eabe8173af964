# mistake: The change is taken without its absolute value, so a growing loss counts as settled.
# known mistake: increasing loss taken for convergence

import numpy as np


def train_until_converged(epoch, tol, max_iter):
    losses = []
    for _ in range(max_iter):
        c = epoch()
        if not np.isfinite(c):
            raise FloatingPointError(f"the loss is {c} in epoch {len(losses) + 1}")
        losses.append(c)
        if len(losses) >= 2:
            improvement = losses[-2] - losses[-1]
            if improvement < tol * abs(losses[-2]):
                break
    return losses
