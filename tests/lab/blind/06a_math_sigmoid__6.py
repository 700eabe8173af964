# mistake: the sigmoid is taken for an odd function: for x < 0 it returns -sigmoid(-x) instead of 1 - sigmoid(-x).
# known mistake: odd function

import math


def math_sigmoid(x):
    if x >= 0:
        return 1 / (1 + math.exp(-x))
    # use symmetry, so that the exponent stays negative
    return -math_sigmoid(-x)
