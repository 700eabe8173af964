# mistake: a y of another shape, such as a column (n, 1), is flattened instead of refused
# mistake: labels that are no whole numbers, such as 1.5, are cut off to whole ones instead of refused
# known mistake: labels truncated
# known mistake: accepts a column

import numpy as np


def convert_to_one_hot(y, onehot_size):
    classes = np.array(y).reshape(-1).astype(int)
    out_of_range = (classes < 0) | (classes >= onehot_size)
    if out_of_range.any():
        raise ValueError(f"labels have to lie between 0 and {onehot_size - 1}")
    return (classes[:, np.newaxis] == np.arange(onehot_size)).astype(float)
