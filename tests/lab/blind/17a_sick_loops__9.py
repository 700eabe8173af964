# mistake: all five are described in own words instead of the names of rules


def illness(loop):
    if loop == "A":
        return "the sum of the errors is zero"
    if loop == "B":
        return "the update is not stored"
    if loop == "C":
        return "all weights are equal"
    if loop == "D":
        return "the sign of delta is wrong"
    return "the learning rate is too small"
