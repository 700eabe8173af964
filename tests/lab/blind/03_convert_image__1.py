# mistake: the numbers are laid down column by column (r + c*s) instead of row by row (r*s + c), so the image is mirrored at its diagonal
# known mistake: column-major order

import math

import numpy as np


def convert_image(X_one_image):
    x = np.asarray(X_one_image)
    if x.ndim == 2 and x.shape[0] == 1:
        x = x[0]
    if x.ndim != 1:
        raise ValueError(f"expected (s*s,) or (1, s*s), got {x.shape}")
    s = math.isqrt(x.size)
    if s * s != x.size:
        raise ValueError(f"{x.size} numbers are no square image")
    img = np.empty((s, s), dtype=x.dtype)
    for r in range(s):
        for c in range(s):
            img[r, c] = x[r + c * s]
    return img
