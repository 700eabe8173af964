# mistake: loop A: the sum gives the same number for all classes, so the gradient is thought to be one number
# mistake: loop D: named in own words
# known mistake: loop A: one number


def illness(loop):
    return {
        "A": "one number",
        "B": "unchanged parameters",
        "C": "equal units",
        "D": "wrong sign",
        "E": "learning rate",
    }[loop]
