# mistake: the two forms are swapped (each is used on the side where its exponent is positive), so numbers far from 0 overflow
# known mistake: formulas swapped

import math


def math_sigmoid(x):
    if x >= 0:
        return math.exp(x) / (math.exp(x) + 1)
    else:
        return 1 / (1 + math.exp(-x))
