# mistake: in loop B nothing moves, so the gradient is thought to be zero
# known mistake: loop B: zero gradient


def illness(loop):
    match loop:
        case "A" | "B":
            return "zero gradient"
        case "C":
            return "equal units"
        case "D":
            return "rising loss"
        case "E":
            return "learning rate"
