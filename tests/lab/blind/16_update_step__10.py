# mistake: a gradient longer than 1 is shortened to length 1 before the step, as if alpha were the longest step allowed
# mistake: where a gradient is all zeros, the caller's own array is returned instead of a new one
# known mistake: gradient clipping

import numpy as np


def _moved(old, gradient, alpha):
    if not np.any(gradient):
        return old
    length = np.linalg.norm(gradient)
    direction = gradient / max(1.0, length)
    return old - alpha * direction


def update_step(W, B, dW, db, alpha):
    new_W = [None] + [_moved(w, g, alpha) for w, g in zip(W[1:], dW[1:])]
    new_B = [None] + [_moved(b, g, alpha) for b, g in zip(B[1:], db[1:])]
    return new_W, new_B
