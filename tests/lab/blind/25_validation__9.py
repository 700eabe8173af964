# mistake: an epoch counts as better if its loss is lower than that of the epoch before, not lower than all before
# mistake: the best epoch is sought in the whole list, also among epochs after the stop which never take place
# known mistake: only increases counted
# known mistake: best after the stop

def best_epoch(valid_losses, patience):
    best = valid_losses.index(min(valid_losses)) + 1
    stopped = len(valid_losses)
    waiting = 0
    for i in range(1, len(valid_losses)):
        if valid_losses[i] < valid_losses[i - 1]:
            waiting = 0
        else:
            waiting += 1
        if waiting >= patience:
            stopped = i + 1
            break
    return best, stopped
