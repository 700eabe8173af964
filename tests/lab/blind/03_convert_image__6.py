# mistake: a column (s*s, 1) is accepted like a row (1, s*s), although it is a table of many rows
# known mistake: accepts a column

import math

import numpy as np


def convert_image(X_one_image):
    x = np.asarray(X_one_image)
    if x.ndim == 2 and 1 in x.shape:
        x = x.ravel()
    if x.ndim != 1:
        raise ValueError(f"this is not one image: {x.shape}")
    s = math.isqrt(x.size)
    if s * s != x.size:
        raise ValueError(f"{x.size} numbers do not make a square")
    return x.reshape(s, s)
