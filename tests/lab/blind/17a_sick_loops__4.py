# mistake: loop C: the first loss of exactly 2.3026 is taken for a mistake
# known mistake: loop C: first loss


def illness(loop):
    if loop == "A":
        return "zero gradient"
    elif loop == "B":
        return "unchanged parameters"
    elif loop == "C":
        return "first loss"
    elif loop == "D":
        return "rising loss"
    elif loop == "E":
        return "learning rate"
