# %% [markdown]
# # Exercise 2 · Flattening an image
#
# A fully connected network takes a vector of numbers. It does not know about rows, columns, or color channels.
# Therefore an image is first **flattened** into a column vector: all its numbers, one below the other.
#
# | image | shape | vector |
# |---|---|---|
# | color: red, green, and blue for each pixel | $(h, w, 3)$ | $(h \cdot w \cdot 3,\; 1)$ |
# | grayscale: one number per pixel | $(h, w)$ | $(h \cdot w,\; 1)$ |
#
# The order is **row-major**, the order in which NumPy prints an array. It goes through the first row from left to
# right: the three color values of the first pixel, then those of the second pixel, and so on. Then comes the second
# row. For an image with $c$ channels, entry $(i, j, k)$ has the index
#
# $$(i \cdot w + j) \cdot c + k$$
#
# in the vector, counted from 0. Any other fixed order would work as well, as long as it is the same for all images. If
# the order varies, there is no error message, but the network cannot learn.
#
# Watch out for three things:
#
# - Take the sizes from the image. Do not hard-code them. An image may also have 1, 2, or 4 channels.
# - `reshape` does not move numbers in memory. Where possible, it returns a *view* of the image, and changing the vector
#   would then change the image. Here the vector must be a **copy** with its own memory.
# - An array with 1 or 4 axes is not an image: raise `ValueError`.
#
# Write `image2vector`. Do not scale or round the numbers.

# %%
import numpy as np


def image2vector(image):
    """Return the numbers of an image as a new column vector, in row-major order.

    Raise ValueError unless the image has 2 or 3 axes.
    image: an array (h, w, channels) or (h, w). Returns (h * w * channels, 1) or (h * w, 1).
    """
    # BEGIN SOLUTION
    image = np.asarray(image)
    if image.ndim not in (2, 3):
        raise ValueError(f"an image has 2 or 3 axes, not {image.ndim}")
    column = image.reshape(-1, 1)
    return column.copy()
    # END SOLUTION


# %% [markdown]
# Try it. The 18 numbers of the first image should appear in the order in which they are written in the code. A square
# color image of shape `(512, 512, 3)` becomes `(786432, 1)`.

# %%
image = np.array(
    [
        [[0.67826139, 0.29380381], [0.90714982, 0.52835647], [0.4215251, 0.45017551]],
        [[0.92814219, 0.96677647], [0.85304703, 0.52351845], [0.19981397, 0.27417313]],
        [[0.60659855, 0.00533165], [0.10820313, 0.49978937], [0.34144279, 0.94630077]],
    ]
)
print(image2vector(image))
print(image2vector(np.zeros((512, 512, 3), dtype=np.uint8)).shape)
