# %% a for loop, and the loss before as None
import math


def train_until_converged(epoch, tol, max_iter):
    losses, before = [], None
    for _ in range(max_iter):
        loss = epoch()
        if math.isnan(loss) or math.isinf(loss):
            raise FloatingPointError("the loss is no number any more")
        losses.append(loss)
        if before is not None and abs(before - loss) < tol * abs(before):
            return losses
        before = loss
    return losses


# %% infinitely far at the start, as an array
import numpy as np


def train_until_converged(epoch, tol, max_iter):
    losses = np.empty(max_iter)
    before = np.inf
    for i in range(max_iter):
        losses[i] = epoch()
        if not np.isfinite(losses[i]):
            raise FloatingPointError(f"epoch {i}: {losses[i]}")
        if abs(losses[i] - before) < abs(tol * before):
            return losses[: i + 1]
        before = losses[i]
    return losses


# %% recursion, and float32
import numpy as np


def train_until_converged(epoch, tol, max_iter, done=()):
    if len(done) == max_iter:
        return list(done)
    loss = np.float32(epoch())
    if not abs(loss) < np.inf:
        raise FloatingPointError(str(loss))
    if done and not abs(done[-1] - loss) >= tol * abs(done[-1]):
        return [*done, loss]
    return train_until_converged(epoch, tol, max_iter, (*done, loss))


# %% a generator, and the first epoch by itself
import numpy as np


def epochs(epoch, tol, max_iter):
    now = checked(epoch())
    yield now
    for _ in range(max_iter - 1):
        before, now = now, checked(epoch())
        yield now
        if max(before - now, now - before) < tol * max(before, -before):
            break


def checked(loss):
    if loss in (np.inf, -np.inf) or loss != loss:
        raise FloatingPointError("diverged")
    return loss


def train_until_converged(epoch, tol, max_iter):
    return tuple(epochs(epoch, tol, max_iter))
