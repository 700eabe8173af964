# mistake: An equal loss counts as better, so the last of equal epochs is kept and the patience starts again.
# mistake: Training stops only when more than patience epochs in a row were not better, one epoch too late.
# known mistake: <= instead of <
# known mistake: patience one too large

def best_epoch(valid_losses, patience):
    best = 0
    best_loss = float("inf")
    waiting = 0
    for epoch in range(1, len(valid_losses) + 1):
        current = valid_losses[epoch - 1]
        if current <= best_loss:
            best_loss = current
            best = epoch
            waiting = 0
        else:
            waiting += 1
        if waiting > patience:
            return best, epoch
    return best, len(valid_losses)
