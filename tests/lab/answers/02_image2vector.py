# %% loops, a list of lists
def image2vector(image):
    shape = image.shape
    if len(shape) == 2:
        return [[image[i, j]] for i in range(shape[0]) for j in range(shape[1])]
    height, width, channels = shape
    return [[image[i, j, k]] for i in range(height) for j in range(width) for k in range(channels)]


# %% flatten, in floats
import numpy as np


def image2vector(image):
    if len(image.shape) < 2 or len(image.shape) > 3:
        raise ValueError("not an image")
    return image.flatten().astype(np.float32)[:, np.newaxis]


# %% filled in place
import numpy as np


def image2vector(image):
    match image.ndim:
        case 2:
            h, w = image.shape
            c = 1
        case 3:
            h, w, c = image.shape
        case _:
            raise ValueError(image.shape)
    vector = np.empty((h * w * c, 1), dtype=image.dtype)
    vector[:, 0] = image.flat
    return vector


# %% a copy that is resized in place
import numpy as np


def image2vector(image):
    vector = np.array(image, order="C")
    if vector.ndim == 1 or vector.ndim >= 4:
        raise ValueError
    vector.resize((image.size, 1), refcheck=False)
    return vector


# %% pixels in rows, then all below each other
import numpy as np


def image2vector(image):
    if image.ndim == 2:
        image = image[..., None]
    height, width, channels = image.shape
    rows = [image[i].reshape(width * channels, 1) for i in range(height)]
    return np.concatenate(rows, axis=0)
