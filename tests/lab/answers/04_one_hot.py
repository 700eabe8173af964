# %% a loop, one label after the other
import numpy as np


def convert_to_one_hot(y, onehot_size):
    y = np.array(y)
    if len(y.shape) != 1:
        raise ValueError("y must be one-dimensional")
    result = np.zeros([y.shape[0], onehot_size])
    for i in range(y.shape[0]):
        label = y[i]
        if label != int(label):
            raise ValueError(f"{label} is not whole")
        if not 0 <= label < onehot_size:
            raise ValueError(f"{label} is no class")
        result[i, int(label)] = 1
    return result


# %% rows of the identity matrix, whole numbers by their dtype
import numpy as np


def convert_to_one_hot(y, onehot_size):
    y = np.asarray(y)
    if y.ndim != 1 or not np.issubdtype(y.dtype, np.integer) or y.min() < 0 or y.max() > onehot_size - 1:
        raise ValueError("labels must be whole numbers 0 ... onehot_size - 1, of shape (n,)")
    return np.eye(onehot_size, dtype=np.float32)[y]


# %% a comparison, as truth values
import numpy as np


def convert_to_one_hot(y, onehot_size):
    labels = np.asarray(y)
    if labels.ndim != 1 or not np.isin(labels, range(onehot_size)).all():
        raise ValueError(labels)
    return labels[:, np.newaxis] == np.arange(onehot_size)


# %% lists of whole numbers, without NumPy
def convert_to_one_hot(y, onehot_size):
    rows = []
    for label in y:
        try:
            row = [int(label == k) for k in range(onehot_size)]
        except TypeError:
            raise ValueError("not one label per row") from None
        if getattr(label, "ndim", 0) or sum(row) != 1:
            raise ValueError(f"not a class: {label}")
        rows.append(row)
    return rows
