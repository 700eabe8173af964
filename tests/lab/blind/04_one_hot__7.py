# mistake: labels are renumbered with np.unique, so that the columns are shifted if a class does not occur in y.
# mistake: broken numbers are refused only if no label at all is whole (any instead of all), so [0, 1.5] passes.
# known mistake: labels renumbered
# known mistake: labels truncated

import numpy as np


def convert_to_one_hot(y, onehot_size):
    y = np.asarray(y, dtype=float)
    if y.ndim != 1:
        raise ValueError("expected a vector of labels")
    n = len(y)
    whole = [float(v).is_integer() for v in y]
    if n > 0 and not any(whole):
        raise ValueError("expected whole numbers")
    if (y < 0).any() or (y >= onehot_size).any():
        raise ValueError("no such class")
    # position of each label among the classes
    _, column = np.unique(y, return_inverse=True)
    result = np.zeros((n, onehot_size))
    result[np.arange(n), column] = 1
    return result
