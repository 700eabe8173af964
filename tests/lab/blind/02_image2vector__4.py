# mistake: gray images are read column by column instead of row by row
# mistake: an array with 1 axis is taken for an image that is a vector already, instead of being refused
# known mistake: grayscale images column by column
# known mistake: no check for one axis

import numpy as np


def image2vector(image):
    axes = len(image.shape)
    if axes > 3:
        raise ValueError("too many axes for an image")
    if axes == 3:
        h, w, c = image.shape
        return image.reshape(h * w * c, 1).copy()
    if axes == 2:
        h, w = image.shape
        columns = [image[:, j] for j in range(w)]
        return np.concatenate(columns).reshape(h * w, 1)
    return image.copy().reshape(-1, 1)
