# mistake: beyond +-8 the result is set to exactly 0 or 1, although the sigmoid still differs from them by up to 0.0003.
# mistake: a list is worked through number by number, instead of ending in a TypeError.
# known mistake: exactly 0 or 1 too early
# known mistake: accepts lists

import math


def math_sigmoid(x):
    if isinstance(x, (list, tuple)):
        return [math_sigmoid(v) for v in x]
    if x > 8:
        return 1.0
    elif x < -8:
        return 0.0
    if x >= 0:
        return 1 / (1 + math.exp(-x))
    ex = math.exp(x)
    return ex / (ex + 1)
