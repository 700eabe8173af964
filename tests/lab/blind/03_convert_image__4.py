# mistake: only the number of entries is checked and not the shape, so a (4, 16) array is accepted as an image
# known mistake: accepts a matrix
# known mistake: accepts a column

import math

import numpy as np


def convert_image(X_one_image):
    x = np.asarray(X_one_image)
    side = math.isqrt(x.size)
    if side * side != x.size:
        raise ValueError(f"{x.size} numbers do not make a square image")
    return x.reshape(side, side)
