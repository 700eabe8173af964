# mistake: the reshaped array is taken for a copy, but it is a view that shares its numbers with the image.
# known mistake: a view

import numpy as np


def image2vector(image):
    if image.ndim not in (2, 3):
        raise ValueError(f"an image has 2 or 3 axes, not {image.ndim}")
    return image.reshape(-1, 1)
