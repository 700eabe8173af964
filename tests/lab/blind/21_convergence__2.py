# mistake: the change is compared with the new loss, not with the one before it
# known mistake: change relative to the new loss

import math


def train_until_converged(epoch, tol, max_iter):
    history = []
    before = None
    while len(history) < max_iter:
        now = epoch()
        if math.isnan(now) or math.isinf(now):
            raise FloatingPointError(f"loss {now} in epoch {len(history) + 1}")
        history.append(now)
        if before is not None and abs(now - before) < tol * abs(now):
            return history
        before = now
    return history
