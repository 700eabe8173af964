# mistake: loop C: in the first step the gradient of the first layer is 4e-18, so it is called zero
# known mistake: loop C: zero gradient


def illness(loop):
    names = {"A": "zero gradient", "C": "zero gradient", "D": "rising loss", "E": "learning rate"}
    return names.get(loop, "unchanged parameters")
