# mistake: compares only the sizes and not the shapes, so (10,) and (10, 1) are stretched into a table
# mistake: the floor 1e-12 is too high, an impossible truth costs only 27.6
# known mistake: floor too high
# known mistake: check of sizes only

import numpy as np


def loss(y, yhat):
    y = np.array(y, dtype=float)
    p = np.array(yhat, dtype=float)
    if y.size != p.size:
        raise ValueError("not the same shape")
    p = np.clip(p, 1e-12, None)
    return -(y * np.log(p)).sum()
