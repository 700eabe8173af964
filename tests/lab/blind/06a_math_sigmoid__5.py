# mistake: works through a list number by number instead of ending in a TypeError.
# mistake: takes the sigmoid for exactly 0 or 1 beyond -10 and 10, which is too early.
# known mistake: exactly 0 or 1 too early
# known mistake: accepts lists

import math


def math_sigmoid(x):
    if isinstance(x, (list, tuple)):
        return [math_sigmoid(value) for value in x]
    # flat out there
    if x > 10:
        return 1.0
    if x < -10:
        return 0.0
    if x >= 0:
        return 1 / (1 + math.exp(-x))
    return math.exp(x) / (math.exp(x) + 1)
