# mistake: compares with the functions instead of the letters, so every loop gets the last answer
# known mistake: loop A: learning rate
# known mistake: loop B: learning rate
# known mistake: loop C: learning rate
# known mistake: loop D: learning rate


def loop_a(watch):
    pass


def loop_b(watch):
    pass


def loop_c(watch):
    pass


def loop_d(watch):
    pass


def illness(loop):
    if loop == loop_a:
        return "zero gradient"
    if loop == loop_b:
        return "unchanged parameters"
    if loop == loop_c:
        return "equal units"
    if loop == loop_d:
        return "rising loss"
    return "learning rate"
