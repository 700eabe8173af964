# mistake: the change of the loss is compared with tol without its absolute value, so a step which climbs ends the walk
# known mistake: stops when the loss grows

import numpy as np


def descend(loss, gradient, start, learning_rate=0.1, max_iter=100, tol=1e-6):
    x = np.array(start, dtype=float)
    losses = [loss(x)]
    for step in range(max_iter):
        x = x - learning_rate * gradient(x)
        losses.append(loss(x))
        improvement = losses[-2] - losses[-1]
        if improvement < tol:
            break
    return x, losses
