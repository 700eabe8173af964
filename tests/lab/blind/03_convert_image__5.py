# mistake: the image is filled column by column instead of row by row, so it is transposed
# mistake: a table with one column, (s*s, 1), is accepted as well as one with one row
# known mistake: column-major order
# known mistake: accepts a column

import math

import numpy as np


def convert_image(X_one_image):
    x = np.asarray(X_one_image)
    if x.ndim == 2 and 1 in x.shape:
        x = x.flatten()
    if x.ndim != 1:
        raise ValueError(f"not one image: an array of shape {x.shape}")
    side = math.isqrt(len(x))
    if side**2 != len(x):
        raise ValueError(f"{len(x)} is not a square number")
    image = np.zeros((side, side), dtype=x.dtype)
    for column in range(side):
        image[:, column] = x[column * side : (column + 1) * side]
    return image
