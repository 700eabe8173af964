# mistake: takes the second form for all numbers, as if it had no limit of its own, so it overflows for large positive x
# known mistake: overflows for positive x

import math


def math_sigmoid(x):
    # e^x / (e^x + 1) has no problem at -710
    power = math.exp(x)
    return power / (power + 1)
