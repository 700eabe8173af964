# mistake: labels below 0 are not refused, so -1 becomes the last class
# mistake: a column (n, 1) or any other shape is silently flattened instead of refused
# known mistake: negative labels
# known mistake: accepts a column

import numpy as np


def convert_to_one_hot(y, onehot_size):
    y = np.array(y).ravel()
    Y = np.zeros((y.shape[0], onehot_size))
    for i, label in enumerate(y):
        if label != np.floor(label):
            raise ValueError("not a whole number: %s" % label)
        if label >= onehot_size:
            raise ValueError("there is no class %s" % label)
        Y[i, int(label)] = 1
    return Y
