# mistake: an image with channels is laid out channel by channel (all red, then all green, ...) instead of pixel by pixel.
# mistake: only arrays with fewer than 2 axes are refused, so an array with 4 axes is accepted as an image.
# known mistake: channels separated
# known mistake: no check for four axes

import numpy as np


def image2vector(image):
    if image.ndim < 2:
        raise ValueError("an image needs rows and columns")
    if image.ndim == 3:
        image = image.transpose(2, 0, 1)
    return image.flatten().reshape(-1, 1)
