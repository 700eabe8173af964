# mistake: the count of bad epochs compares with the epoch just before, not with the lowest loss so far
# known mistake: only increases counted

def best_epoch(valid_losses, patience):
    best = 1
    bad = 0
    for i in range(1, len(valid_losses)):
        if valid_losses[i] < valid_losses[best - 1]:
            best = i + 1
        if valid_losses[i] < valid_losses[i - 1]:
            bad = 0
        else:
            bad += 1
        if bad >= patience:
            return best, i + 1
    return best, len(valid_losses)
