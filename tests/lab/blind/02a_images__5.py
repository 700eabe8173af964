# mistake: on_white treats alpha as all or nothing: every pixel with alpha above 0 hides the paper, nothing is mixed.
# known mistake: on_white: no blending

import numpy as np


def to_bytes(image):
    return np.rint(np.asarray(image, dtype=float) * 255).astype(np.uint8)


def bgr_to_rgb(image):
    return image[:, :, ::-1]


def on_white(image):
    colour = image[:, :, :3]
    alpha = image[:, :, 3:]
    return np.where(alpha > 0, colour, 255).astype(np.uint8)


def quarter_size(image):
    height, width = image.shape[:2]
    return width // 4, height // 4
