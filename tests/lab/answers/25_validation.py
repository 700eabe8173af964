# %% the first stop that is allowed, by argmin of what has been seen
import numpy as np


def best_epoch(valid_losses, patience):
    for stopped in range(1, len(valid_losses) + 1):
        best = int(np.argmin(valid_losses[:stopped])) + 1
        if stopped - best >= patience:
            break
    return best, stopped


# %% positions from 0, 1 is added at the end, a list comes back
def best_epoch(valid_losses, patience):
    best = last = 0
    for i in range(1, len(valid_losses)):
        if last - best == patience:
            break
        last = i
        if valid_losses[i] < valid_losses[best]:
            best = i
    return [best + 1, last + 1]


# %% the lowest so far as an array, records marked
import numpy as np


def best_epoch(valid_losses, patience):
    losses = np.asarray(valid_losses, dtype=float)
    before = np.concatenate([[np.inf], np.minimum.accumulate(losses)[:-1]])
    epochs = np.arange(1, len(losses) + 1)
    best_so_far = np.maximum.accumulate(np.where(losses < before, epochs, 0))
    late = np.flatnonzero(epochs - best_so_far >= patience)
    stopped = late[0] + 1 if len(late) else len(losses)
    return np.array([best_so_far[stopped - 1], stopped])


# %% index and min, a counter that runs down
def best_epoch(valid_losses, patience):
    seen, left = [], patience
    for loss in valid_losses:
        if not seen or loss < min(seen):
            left = patience
        else:
            left -= 1
        seen.append(loss)
        if left == 0:
            break
    return seen.index(min(seen)) + 1, len(seen)
