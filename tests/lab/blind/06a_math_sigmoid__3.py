# mistake: x = 0 belongs to neither of the two branches and gives 0 instead of one half
# mistake: a list is worked on number by number and gives a list, instead of ending in a TypeError
# known mistake: accepts lists

import math


def math_sigmoid(x):
    if isinstance(x, list):
        return [math_sigmoid(value) for value in x]
    result = 0.0
    if x > 0:
        result = 1 / (1 + math.exp(-x))
    if x < 0:
        e = math.exp(x)
        result = e / (e + 1)
    return result
