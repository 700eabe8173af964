# mistake: a column of shape (s*s, 1) is accepted as well, because only "one of the two axes is 1" is checked, not which one
# known mistake: accepts a column

import math

import numpy as np


def convert_image(X_one_image):
    arr = np.array(X_one_image)
    is_vector = arr.ndim == 1
    is_single_row = arr.ndim == 2 and 1 in arr.shape
    if not (is_vector or is_single_row):
        raise ValueError("one image only, please; shape was " + str(arr.shape))
    side = math.isqrt(arr.size)
    if side ** 2 != arr.size:
        raise ValueError("cannot make a square out of " + str(arr.size) + " numbers")
    return arr.reshape(side, side)
