# mistake: loop E: gradients are thought to get lost, since the first layer hardly moves
# known mistake: loop E: vanishing gradient


A, B, C, D, E = "zero gradient", "unchanged parameters", "equal units", "rising loss", "vanishing gradient"


def illness(loop):
    return {"A": A, "B": B, "C": C, "D": D, "E": E}[loop]
