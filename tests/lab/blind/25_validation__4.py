# mistake: The epochs that were not better are counted over the whole run and not in a row: a better epoch does not set the count back to 0.
# known mistake: count never reset

def best_epoch(valid_losses, patience):
    best = 1
    best_loss = valid_losses[0]
    bad = 0
    for number, value in enumerate(valid_losses[1:], start=2):
        if value < best_loss:
            best_loss = value
            best = number
        else:
            bad += 1
            if bad == patience:
                return best, number
    return best, len(valid_losses)
