# mistake: labels below 0 are not refused; NumPy counts them from the last column
# known mistake: negative labels

import numpy as np


def convert_to_one_hot(y, onehot_size):
    labels = np.asarray(y)
    if labels.ndim != 1:
        raise ValueError("y must have shape (n,)")
    whole = labels.astype(int)
    if np.any(whole != labels):
        raise ValueError("labels must be whole numbers")
    if np.any(whole >= onehot_size):
        raise ValueError("label too large")
    try:
        return np.eye(onehot_size)[whole]
    except IndexError:
        raise ValueError("label out of range") from None
