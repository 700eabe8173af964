# mistake: to_bytes leaves the rounding to astype, which cuts off instead of rounding to the nearest
# mistake: bgr_to_rgb keeps the old channel as a view while swapping, so it is overwritten and both channels end up the same
# known mistake: to_bytes: truncated
# known mistake: bgr_to_rgb: saved channel is a view

import numpy as np


def to_bytes(image):
    return (image * 255).astype(np.uint8)


def bgr_to_rgb(image):
    out = image.copy()
    last = out[:, :, 2]
    out[:, :, 2] = out[:, :, 0]
    out[:, :, 0] = last
    return out


def on_white(image):
    colour = image[:, :, :3].astype(float)
    alpha = image[:, :, 3:].astype(float) / 255
    return np.round(alpha * colour + (1 - alpha) * 255).astype(np.uint8)


def quarter_size(image):
    return image.shape[1] // 4, image.shape[0] // 4
