# mistake: to_bytes converts with astype alone, which cuts off the fraction instead of rounding to the nearest.
# mistake: quarter_size returns (height // 4, width // 4), the order of the array's shape instead of Pillow's.
# known mistake: to_bytes: truncated
# known mistake: quarter_size: height first

import numpy as np


def to_bytes(image):
    return (255 * image).astype(np.uint8)


def bgr_to_rgb(image):
    return image[..., [2, 1, 0]]


def on_white(image):
    colour = image[..., :3].astype(float)
    alpha = image[..., 3:].astype(float) / 255
    mixed = alpha * colour + (1 - alpha) * 255
    return np.round(mixed).astype(np.uint8)


def quarter_size(image):
    return image.shape[0] // 4, image.shape[1] // 4
