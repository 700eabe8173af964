# mistake: the count of bad epochs is never set back to 0, so they need not be in a row
# mistake: best is looked for in the whole list, also in epochs after training has stopped
# known mistake: count never reset
# known mistake: best after the stop

import numpy as np


def best_epoch(valid_losses, patience):
    best = int(np.argmin(valid_losses)) + 1
    low = float("inf")
    left = patience
    epoch = 0
    while epoch < len(valid_losses) and left > 0:
        loss = valid_losses[epoch]
        if loss < low:
            low = loss
        else:
            left -= 1
        epoch += 1
    return best, epoch
