# mistake: an epoch with a loss equal to the lowest one sets the count of bad epochs back to 0, as if it were better
# known mistake: count reset at equal losses

def best_epoch(valid_losses, patience):
    waited = 0
    stopped = len(valid_losses)
    lowest = valid_losses[0]
    for epoch, loss in enumerate(valid_losses, start=1):
        if loss > lowest:
            waited += 1
        else:
            lowest = loss
            waited = 0
        if waited == patience:
            stopped = epoch
            break
    seen = list(valid_losses[:stopped])
    return seen.index(min(seen)) + 1, stopped
