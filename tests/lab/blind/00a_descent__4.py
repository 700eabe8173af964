# mistake: the parameters are changed one after the other, each with a gradient computed at the already changed place
# mistake: the change of the loss is compared with tol relative to the loss before, not as it is
# known mistake: relative change
# known mistake: updates one coordinate at a time

import numpy as np


def descend(loss, gradient, start, learning_rate=0.1, max_iter=100, tol=1e-6):
    x = np.array(start, dtype=float)
    before = loss(x)
    losses = [before]
    n = 0
    while n < max_iter:
        new = x.copy()
        for i in range(len(new)):
            new[i] = new[i] - learning_rate * gradient(new)[i]
        x = new
        after = loss(x)
        losses.append(after)
        if abs(before - after) < tol * abs(before):
            return x, losses
        before = after
        n += 1
    return x, losses
