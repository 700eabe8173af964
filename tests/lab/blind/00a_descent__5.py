# mistake: the convergence test lacks the absolute value, so the walk also stops whenever the loss has grown.
# known mistake: stops when the loss grows

import numpy as np


def descend(loss, gradient, start, learning_rate=0.1, max_iter=100, tol=1e-6):
    x = np.array(start, dtype=float)
    losses = [loss(x)]
    for _ in range(max_iter):
        x = x - learning_rate * gradient(x)
        losses.append(loss(x))
        if losses[-2] - losses[-1] < tol:
            break
    return x, losses
