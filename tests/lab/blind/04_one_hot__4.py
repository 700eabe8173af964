# mistake: takes a label equal to onehot_size for still allowed (checks > instead of >=), so NumPy's IndexError comes instead of a ValueError.
# known mistake: labels too large

import numpy as np


def convert_to_one_hot(y, onehot_size):
    labels = np.asarray(y, dtype=float)
    if labels.ndim != 1:
        raise ValueError("y must have shape (n,)")
    if np.any(labels != np.floor(labels)):
        raise ValueError("labels must be whole numbers")
    if np.any(labels < 0) or np.any(labels > onehot_size):
        raise ValueError("label out of range")
    labels = labels.astype(int)
    result = np.zeros((len(labels), onehot_size))
    result[np.arange(len(labels)), labels] = 1
    return result
