# mistake: loop A is taken for a loop that does not store its update, since its parameters stay the same
# known mistake: loop A: unchanged parameters


def illness(loop):
    answers = {
        "A": "unchanged parameters",
        "B": "unchanged parameters",
        "C": "equal units",
        "D": "rising loss",
        "E": "learning rate",
    }
    return answers[loop]
