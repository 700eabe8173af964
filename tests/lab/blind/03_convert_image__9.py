# mistake: the numbers are put back column by column (order="F"), so the image is transposed.
# mistake: the error for a vector of the wrong size names the rounded side instead of the size that came in.
# known mistake: column-major order
# known mistake: no size in the message

import math

import numpy as np


def convert_image(X_one_image):
    x = np.asarray(X_one_image)
    if x.ndim == 2 and x.shape[0] == 1:
        x = x[0]
    if x.ndim != 1:
        raise ValueError("expected a vector or a table with one row")
    side = math.isqrt(x.size)
    if side * side != x.size:
        raise ValueError(f"not a square image: no whole number of rows, about {side}")
    return x.reshape((side, side), order="F")
