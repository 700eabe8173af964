# mistake: the vector is a view of the image, as reshape is believed to make a new array, so changing the vector changes the image
# known mistake: a view

import numpy as np


def image2vector(image):
    if image.ndim not in (2, 3):
        raise ValueError(f"an image has 2 or 3 axes, not {image.ndim}")
    size = 1
    for n in image.shape:
        size *= n
    return image.reshape(size, 1)
