# mistake: the upper limit is off by one (label == onehot_size is accepted and silently gives a row of zeros).
# known mistake: rows of zeros

import numpy as np


def convert_to_one_hot(y, onehot_size):
    labels = np.asarray(y, dtype=float)
    if labels.ndim != 1:
        raise ValueError("y must have the shape (n,)")
    if np.any(labels != np.floor(labels)):
        raise ValueError("labels must be whole numbers")
    if np.any(labels < 0) or np.any(labels > onehot_size):
        raise ValueError("label out of range")
    classes = np.arange(onehot_size)
    return (labels[:, None] == classes[None, :]).astype(float)
