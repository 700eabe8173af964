# %% [markdown]
# # Exercise 2 · An image as a vector
#
# A fully connected network takes a column of numbers and knows nothing of rows, columns and colors. So an image
# becomes a **vector** first: all its numbers, one below the other.
#
# | image | shape | vector |
# |---|---|---|
# | in color: red, green and blue of every pixel | $(h, w, 3)$ | $(h \cdot w \cdot 3,\; 1)$ |
# | in gray: one number per pixel | $(h, w)$ | $(h \cdot w,\; 1)$ |
#
# The order is **row-major**, the order in which NumPy shows an array: the first row from left to right, with the three
# colors of the first pixel, then those of the second; then the second row. With $c$ channels, entry $(i, j, k)$ of
# the image is number
#
# $$(i \cdot w + j) \cdot c + k$$
#
# of the vector, counted from 0. Any fixed order would do for a network, as long as all images are taken in the same
# one. Mixed orders give no error, only a network that does not learn.
#
# Three things to watch:
#
# - Take the sizes from the image; do not write them down. An image may have 1, 2 or 4 channels as well.
# - `reshape` does not move numbers in memory: what it returns is, where possible, a *view* of the image. Whoever
#   changes the vector then changes the image. Here the vector has to be a **copy**, with numbers of its own.
# - An array with 1 axis, or with 4, is no image: raise `ValueError`.
#
# Write `image2vector`. The numbers stay as they are; nothing is divided or rounded.

# %%
import numpy as np


def image2vector(image):
    """Return the numbers of an image as a new column, row by row; ValueError where it has not 2 or 3 axes.

    image: an array (h, w, channels) or (h, w). Returns (h * w * channels, 1) or (h * w, 1).
    """
    # BEGIN ANSWER
    image = np.asarray(image)
    if image.ndim not in (2, 3):
        raise ValueError(f"an image has 2 or 3 axes, not {image.ndim}")
    column = image.reshape(-1, 1)
    return column.copy()
    # END ANSWER


# %% [markdown]
# Try it. The 18 numbers of the first image are shown in the order in which they were written, and a square picture in
# color, `(512, 512, 3)`, becomes `(786432, 1)`.

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
