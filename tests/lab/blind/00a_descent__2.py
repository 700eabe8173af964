# mistake: the start is not copied and the steps are taken in place, so an array of floats that was handed over is changed
# mistake: the walk stops when the place has moved by less than tol, instead of when the loss has changed by less than tol
# known mistake: stops when the step is short
# known mistake: start modified

import numpy as np


def descend(loss, gradient, start, learning_rate=0.1, max_iter=100, tol=1e-6):
    x = np.asarray(start, dtype=float)
    losses = [loss(x)]
    for _ in range(max_iter):
        step = learning_rate * gradient(x)
        x -= step
        losses.append(loss(x))
        if np.linalg.norm(step) < tol:
            break
    return x, losses
