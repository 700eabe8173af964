# mistake: negative numbers are multiplied by 0.01 (a leaky ReLU, so that units do not die) instead of becoming 0.
# mistake: the result is a flat vector, the shape of x is lost.
# known mistake: leaky ReLU
# known mistake: shape lost

import numpy as np

SLOPE = 0.01


def ReLu(x):
    values = []
    for v in np.asarray(x).flat:
        values.append(v if v > 0 else SLOPE * v)
    return np.array(values)
