# mistake: the overflow is caught, but taken for a large x: far below 0 the result is 1 instead of 0
# known mistake: 1 for large negative x

import math


def math_sigmoid(x):
    try:
        power = math.exp(-x)
    except OverflowError:
        # too large for a float: the sigmoid has reached its end
        return 1.0
    return 1 / (1 + power)
