# mistake: the count of bad epochs is not set back to 0 by a better one, so all bad epochs count and not those in a row
# known mistake: count never reset

def best_epoch(valid_losses, patience):
    best = 1
    lowest = valid_losses[0]
    bad = 0
    for epoch in range(2, len(valid_losses) + 1):
        current = valid_losses[epoch - 1]
        if current < lowest:
            lowest = current
            best = epoch
        else:
            bad += 1
            if bad == patience:
                return best, epoch
    return best, len(valid_losses)
