# mistake: asks for small letters, but loops have capital letters


def illness(loop):
    if loop == "a":
        return "zero gradient"
    if loop == "b":
        return "unchanged parameters"
    if loop == "c":
        return "equal units"
    if loop == "d":
        return "rising loss"
    if loop == "e":
        return "learning rate"
