# mistake: a small constant is added to every norm against 0/0, so very short rows do not get length 1.
# known mistake: small constant added

import numpy as np


def normalizeRows(x):
    x = np.asarray(x, dtype=float)
    norms = np.linalg.norm(x, axis=1, keepdims=True)
    return x / (norms + 1e-8)
