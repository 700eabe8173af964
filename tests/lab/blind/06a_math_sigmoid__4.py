# mistake: uses the two forms the wrong way round, so the exponent is never negative and large numbers of either sign overflow.
# known mistake: formulas swapped

import math


def math_sigmoid(x):
    if x >= 0:
        return math.exp(x) / (math.exp(x) + 1)
    else:
        return 1 / (1 + math.exp(-x))
