# mistake: the upper limit is off by one (> instead of >=): a label equal to onehot_size ends in an IndexError instead of the ValueError asked for
# known mistake: labels too large

import numpy as np


def convert_to_one_hot(y, onehot_size):
    y = np.asarray(y)
    if y.shape != (y.size,):
        raise ValueError(f"y has shape {y.shape}, not (n,)")
    Y = np.zeros((len(y), onehot_size))
    for row, label in enumerate(y):
        if label != int(label):
            raise ValueError(f"{label} is no whole number")
        if label < 0 or label > onehot_size:
            raise ValueError(f"{label} is no class")
        Y[row, int(label)] = 1
    return Y
