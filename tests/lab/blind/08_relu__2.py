# mistake: the loop gives a flat vector; the shape of x is lost
# known mistake: shape lost

import numpy as np


def ReLu(x):
    values = []
    for v in x.ravel():
        values.append(max(0.0, float(v)))
    return np.array(values)
