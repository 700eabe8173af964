# mistake: an epoch counts as better if its loss is lower than that of the epoch before, not lower than all before
# mistake: the first epoch counts as one that was not better, so training may stop an epoch too early at the beginning

def best_epoch(valid_losses, patience):
    previous = valid_losses[0]
    waited = 0
    stopped = len(valid_losses)
    for epoch, current in enumerate(valid_losses, start=1):
        if current < previous:
            waited = 0
        else:
            waited += 1
        previous = current
        if waited >= patience:
            stopped = epoch
            break
    seen = valid_losses[:stopped]
    return seen.index(min(seen)) + 1, stopped
