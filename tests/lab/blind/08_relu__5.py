# mistake: gives negative numbers a small slope of 0.01 (a leaky ReLU) instead of making them 0.
# mistake: collects the results in a flat array, so the shape of x is lost if it has several axes.
# known mistake: leaky ReLU
# known mistake: shape lost

import numpy as np


def ReLu(x):
    out = []
    for value in x.flat:
        value = float(value)
        out.append(max(0.01 * value, value))
    return np.array(out)
