# mistake: a list of all possible rules is returned for A and B


def illness(loop):
    same_curve = ["zero gradient", "unchanged parameters"]
    return {"A": same_curve, "B": same_curve, "C": "equal units", "D": "rising loss", "E": "learning rate"}[loop]
