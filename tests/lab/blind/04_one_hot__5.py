# mistake: flattens a y of another shape, such as a column (n, 1), instead of refusing it.
# mistake: cuts labels such as 1.5 to whole numbers instead of refusing them.
# known mistake: labels truncated
# known mistake: accepts a column

import numpy as np


def convert_to_one_hot(y, onehot_size):
    y = np.array(y).ravel()
    if np.any(y < 0):
        raise ValueError("labels below 0")
    if np.any(y >= onehot_size):
        raise ValueError("labels too large")
    y = y.astype(int)

    Y = np.zeros((y.size, onehot_size))
    for i in range(y.size):
        Y[i, y[i]] = 1
    return Y
