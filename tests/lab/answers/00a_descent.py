# %% a while loop
import numpy as np


def descend(loss, gradient, start, learning_rate=0.1, max_iter=100, tol=1e-6):
    place = np.asarray(start).astype(float)
    heights = [loss(place)]
    steps = 0
    while steps < max_iter:
        place = place - np.asarray(gradient(place)) * learning_rate
        steps += 1
        heights.append(loss(place))
        if np.abs(np.diff(heights[-2:]))[0] < tol:
            return place, heights
    return place, heights


# %% plain lists
def descend(loss, gradient, start, learning_rate=0.1, max_iter=100, tol=1e-6):
    x = [float(value) for value in start]
    before = loss(x)
    losses = [before]
    for step in range(max_iter):
        slope = gradient(x)
        x = [value - learning_rate * s for value, s in zip(x, slope)]
        after = loss(x)
        losses.append(after)
        if -tol < before - after < tol:
            break
        before = after
    return x, losses


# %% in place on a copy, recursion
import numpy as np


def go(loss, gradient, x, rate, left, tol, losses):
    if left == 0:
        return
    x -= rate * gradient(x)
    losses.append(loss(x))
    if abs(losses[-1] - losses[-2]) >= tol:
        go(loss, gradient, x, rate, left - 1, tol, losses)


def descend(loss, gradient, start, learning_rate=0.1, max_iter=100, tol=1e-6):
    x = np.array(start, float)
    losses = [loss(x)]
    go(loss, gradient, x, learning_rate, max_iter, tol, losses)
    return x, np.array(losses)


# %% single precision, an array of losses filled in
import numpy as np


def descend(loss, gradient, start, learning_rate=0.1, max_iter=100, tol=1e-6):
    x = np.array(start, np.float32)
    losses = np.empty(max_iter + 1)
    losses[0] = loss(x)
    for i in range(1, max_iter + 1):
        x = (x - learning_rate * np.asarray(gradient(x))).astype(np.float32)
        losses[i] = loss(x)
        if abs(losses[i] - losses[i - 1]) < tol:
            return x, losses[: i + 1]
    return x, losses
