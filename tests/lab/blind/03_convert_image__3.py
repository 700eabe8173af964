# mistake: a table with one row, (1, s*s), is refused although it is allowed
# mistake: the words of the error for a wrong size do not contain the size

import math

import numpy as np


def convert_image(X_one_image):
    pixels = np.asarray(X_one_image)
    if len(pixels.shape) != 1:
        raise ValueError("X_one_image has to be one vector")
    n = pixels.shape[0]
    s = math.isqrt(n)
    if s * s != n:
        raise ValueError("the number of pixels is not a square number")
    rows = [pixels[k * s:(k + 1) * s] for k in range(s)]
    return np.stack(rows)
