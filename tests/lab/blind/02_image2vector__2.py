# mistake: the channels are taken one after the other (all red, then all green, then all blue) instead of together for each pixel
# mistake: only arrays with too few axes are refused, so one with 4 axes is taken as an image
# known mistake: channels separated
# known mistake: no check for four axes

import numpy as np


def image2vector(image):
    if image.ndim < 2:
        raise ValueError("an image needs at least a height and a width")
    if image.ndim == 3:
        channels = [image[:, :, k].flatten() for k in range(image.shape[2])]
        return np.concatenate(channels).reshape(-1, 1)
    return image.flatten().reshape(-1, 1)
