# mistake: no absolute value on the left, so a growing loss counts as settled
# mistake: nan and infinity are looked for only from the second epoch on, a bad first loss passes
# known mistake: increasing loss taken for convergence
# known mistake: first loss not checked

import numpy as np


def settled(before, after, tol):
    return before - after < tol * abs(before)


def train_until_converged(epoch, tol, max_iter):
    losses = [epoch()]
    while len(losses) < max_iter:
        losses.append(epoch())
        if np.isnan(losses[-1]) or np.isinf(losses[-1]):
            raise FloatingPointError("training is lost")
        if settled(losses[-2], losses[-1], tol):
            break
    return losses
