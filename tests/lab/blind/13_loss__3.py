# mistake: the floor under the probabilities is 1e-12, so an impossible truth costs only 27.6
# mistake: the labels only choose which probabilities count; their size is not multiplied in, so shares such as 0.7 and 0.3 count as 1 each
# known mistake: unweighted labels
# known mistake: floor too high

import numpy as np


def loss(y, yhat):
    y, p = np.asarray(y), np.asarray(yhat)
    if y.shape != p.shape:
        raise ValueError("y and yhat need the same shape")
    p = np.clip(p, 1e-12, 1.0)
    return -np.log(p[y > 0]).sum()
