# mistake: on_white only adds the paper's share to the colour and does not weaken the colour by alpha
# mistake: quarter_size rounds to the nearest whole number instead of down
# known mistake: on_white: color not weighted
# known mistake: quarter_size: rounded to nearest

import numpy as np


def to_bytes(image):
    return np.round(255 * np.asarray(image, dtype=np.float64)).astype(np.uint8)


def bgr_to_rgb(image):
    b, g, r = image[..., 0], image[..., 1], image[..., 2]
    return np.stack([r, g, b], axis=-1)


def on_white(image):
    rgb = image[..., :3].astype(np.float64)
    a = image[..., 3].astype(np.float64)
    paper = (255 - a)[..., np.newaxis]
    mixed = np.minimum(rgb + paper, 255)
    return np.round(mixed).astype(np.uint8)


def quarter_size(image):
    return round(image.shape[1] / 4), round(image.shape[0] / 4)
