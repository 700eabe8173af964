# mistake: the start is not copied and the step is taken in place, so the caller's float array is changed.
# mistake: when the walk has converged it stops before the loss of the last step is put into the list.
# known mistake: last loss not appended
# known mistake: start modified

import numpy as np


def descend(loss, gradient, start, learning_rate=0.1, max_iter=100, tol=1e-6):
    x = np.asarray(start, dtype=float)
    before = loss(x)
    losses = [before]
    for _ in range(max_iter):
        x -= learning_rate * gradient(x)
        after = loss(x)
        if abs(before - after) < tol:
            break
        losses.append(after)
        before = after
    return x, losses
