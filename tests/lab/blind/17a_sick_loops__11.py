# mistake: names of rules are in the plural, or slightly wrong


def illness(loop):
    found = {
        "A": "zero gradients",
        "B": "parameters unchanged",
        "C": "equal unit",
        "D": "loss rising",
        "E": "low learning rate",
    }
    return found[loop]
