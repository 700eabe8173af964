# mistake: only the number of entries is checked after flattening, so a table of several rows such as (4, 16) is accepted.
# known mistake: accepts a matrix

import math

import numpy as np


def convert_image(X_one_image):
    x = np.asarray(X_one_image).ravel()
    side = math.isqrt(x.size)
    if side * side != x.size:
        raise ValueError(f"{x.size} numbers do not make a square image")
    return x.reshape(side, side)
