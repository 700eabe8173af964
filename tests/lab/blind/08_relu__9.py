# mistake: gives negative numbers a small slope of 0.01 (leaky) instead of making them 0
# mistake: returns a flat vector instead of an array of the shape of x
# known mistake: leaky ReLU
# known mistake: shape lost

import numpy as np


def ReLu(x):
    result = []
    for number in np.ravel(x):
        if number > 0:
            result.append(number)
        else:
            result.append(0.01 * number)    # so that the unit does not die
    return np.array(result)
