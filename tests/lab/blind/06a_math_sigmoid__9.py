# mistake: treats everything beyond -8 and 8 as exactly 0 or 1, although the sigmoid still differs from them there
# mistake: a list is worked off number by number and gives a list instead of a TypeError
# known mistake: exactly 0 or 1 too early
# known mistake: accepts lists

import math


def math_sigmoid(x):
    if isinstance(x, list):
        return [math_sigmoid(number) for number in x]
    if x < -8:
        return 0.0
    if x > 8:
        return 1.0
    return 1 / (1 + math.exp(-x))
