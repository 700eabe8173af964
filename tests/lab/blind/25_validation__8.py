# mistake: the count of bad epochs is not reset by a better epoch, so all bad ones count and not those in a row
# known mistake: count never reset

def best_epoch(valid_losses, patience):
    best = 1
    best_loss = valid_losses[0]
    bad = 0
    for epoch, value in enumerate(valid_losses, start=1):
        if epoch == 1:
            continue
        if value < best_loss:
            best_loss = value
            best = epoch
        else:
            bad += 1
            if bad == patience:
                return best, epoch
    return best, len(valid_losses)
