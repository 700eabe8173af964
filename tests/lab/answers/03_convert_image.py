# %% a loop over the pixels
import numpy as np


def convert_image(X_one_image):
    shape = X_one_image.shape
    if len(shape) == 2 and shape[0] == 1:
        x = X_one_image[0]
    elif len(shape) == 1:
        x = X_one_image
    else:
        raise ValueError(f"bad shape {shape}")
    n = len(x)
    s = int(n**0.5 + 0.5)
    if s**2 != n:
        raise ValueError("size: " + str(n))
    img = np.zeros((s, s))
    for i in range(n):
        img[i // s, i % s] = x[i]
    return img


# %% slices of a list, as a list of lists
def convert_image(X_one_image):
    if X_one_image.ndim > 2 or (X_one_image.ndim == 2 and X_one_image.shape[0] != 1):
        raise ValueError(X_one_image.shape)
    values = X_one_image.ravel().tolist()
    for side in range(1, len(values) + 1):
        if side * side == len(values):
            return [values[start : start + side] for start in range(0, len(values), side)]
    raise ValueError(f"no square image has {len(values)} pixels")


# %% NumPy itself refuses what is no square, in single precision
import numpy as np


def convert_image(X_one_image):
    if X_one_image.ndim == 2:
        (X_one_image,) = X_one_image  # ValueError for any number of rows but one
    x = np.array(X_one_image, dtype=np.float32)
    side = round(np.sqrt(x.size))
    return np.reshape(x, (side, side))


# %% changes the shape of a copy
import numpy as np


def convert_image(X_one_image):
    image = np.array(X_one_image)
    side = np.sqrt(image.size)
    if side % 1 != 0 or image.shape not in [(image.size,), (1, image.size)]:
        raise ValueError("cannot show {} numbers of shape {}".format(image.size, image.shape))
    image.shape = (int(side), int(side))
    return image
