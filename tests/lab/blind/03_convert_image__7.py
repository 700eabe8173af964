# mistake: the numbers are filled in column by column, so the image comes out transposed
# mistake: a square table (s, s) is taken for an image that is finished already and returned, instead of being refused
# known mistake: column-major order

import math

import numpy as np


def convert_image(X_one_image):
    x = np.array(X_one_image)
    if x.ndim == 2 and x.shape[0] == x.shape[1]:
        return x
    if x.ndim == 2 and x.shape[0] == 1:
        x = x[0]
    if x.ndim != 1:
        raise ValueError("a vector or a table with one row is needed, not the shape " + str(x.shape))
    n = len(x)
    side = int(math.sqrt(n))
    if side ** 2 != n:
        raise ValueError("not the size of a square image: " + str(n))
    image = np.zeros((side, side), dtype=x.dtype)
    for i in range(n):
        image[i % side, i // side] = x[i]
    return image
