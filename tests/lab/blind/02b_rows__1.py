# mistake: division by 0 is avoided with max(norm, 1), so all rows shorter than 1 are not brought to length 1
# known mistake: norms below 1 replaced by 1

import numpy as np


def normalizeRows(x):
    x = np.array(x, dtype=float)
    norms = np.linalg.norm(x, axis=1, keepdims=True)
    return x / np.maximum(norms, 1)
