# mistake: to_bytes cuts 0 to 1 into 256 equal parts (floor of 256 x) instead of rounding 255 x
# known mistake: to_bytes: 256 equal intervals

import numpy as np


def to_bytes(image):
    levels = np.floor(np.asarray(image, dtype=float) * 256)
    return np.clip(levels, 0, 255).astype(np.uint8)


def bgr_to_rgb(image):
    return image[:, :, ::-1]


def on_white(image):
    colour = image[:, :, :3].astype(float)
    alpha = image[:, :, 3:].astype(float) / 255
    return np.rint(alpha * colour + (1 - alpha) * 255).astype(np.uint8)


def quarter_size(image):
    height, width = image.shape[:2]
    return width // 4, height // 4
