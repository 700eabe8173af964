# mistake: overflow is prevented by clipping the scores to -700 ... 700, which makes all scores beyond that equal.
# mistake: for axis=0 the matrix is transposed before but not back afterwards, so the result is (n, m) instead of (m, n).
# known mistake: not transposed back
# known mistake: clipped

import numpy as np


def Softmax(x, axis=-1):
    scores = np.array(x, dtype=float)
    if axis == 0:
        scores = scores.T
    # e^710 would be inf
    e = np.exp(np.clip(scores, -700, 700))
    return e / e.sum(axis=-1, keepdims=True)
