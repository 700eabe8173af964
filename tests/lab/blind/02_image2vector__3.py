# mistake: flatten with order "K" takes the numbers as they lie in memory, not row by row, which differs for transposed or Fortran-ordered images
# known mistake: memory order

import numpy as np


def image2vector(image):
    if image.ndim not in (2, 3):
        raise ValueError(f"an image has 2 or 3 axes, not {image.ndim}")
    # "K": keep the order of the image
    numbers = image.flatten(order="K")
    return numbers.reshape(numbers.size, 1)
