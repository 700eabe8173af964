# %% [markdown]
# # Exercise 3 · Reshaping a vector into an image
#
# The data set of this course is scikit-learn's *digits*: 1797 grayscale images of handwritten digits. Each image has 8
# × 8 pixels with values from 0 (background) to 16 (ink). (It is not MNIST, which has 70000 images of 28 × 28 pixels.)
# `glassnet.load("digits")` returns the images as `X` of shape $(1797, 64)$, one image per row, and the labels as `y` of
# shape $(1797,)$.
#
# To display an image, reshape its 64 numbers into 8 rows of 8. They are stored in **row-major** order: the top row from
# left to right, then the second row, and so on. So for an image of $s \times s$ pixels, the pixel in row $r$ and column
# $c$ is
#
# $$\text{img}[r, c] = x[\,r \cdot s + c\,]$$
#
# In the first image, `img[3, 6]` is `X[0, 30]`, which is 8.
#
# Write `convert_image` for square images of any size: 64 numbers become $(8, 8)$, 256 become $(16, 16)$, and $s^2$
# become $(s, s)$. The argument is a vector $(s^2,)$, like `X[0]`, or a matrix with one row $(1, s^2)$, like `X[0:1]`.
#
# Raise `ValueError` for any other input. For example, 63 numbers do not form a square. A $(4, 16)$ array has 64
# numbers, but it is a matrix of four rows, not one image. If the size is not a square number, the error message must
# contain the size (`63`), so that the caller knows what was passed.

# %%
import math

import numpy as np


def convert_image(X_one_image):
    """Return the square image, (s, s), whose pixels are in X_one_image in row-major order.

    X_one_image: an array of shape (s*s,) or (1, s*s). Raise ValueError for any other shape or size.
    """
    # BEGIN SOLUTION
    X_one_image = np.asarray(X_one_image)
    size = X_one_image.size
    if X_one_image.shape not in ((size,), (1, size)):
        raise ValueError(f"one image has shape (n,) or (1, n), not {X_one_image.shape}")
    side = math.isqrt(size)
    if side * side != size:
        raise ValueError(f"{size} numbers do not fill a square image")
    return X_one_image.reshape(side, side)
    # END SOLUTION


# %% [markdown]
# Try it. You should see a 0 and a 5. In a notebook, Matplotlib's `plt.imshow(image, cmap="gray")` draws them as
# pictures.

# %%
import glassnet

digits = glassnet.load("digits")
for i in (0, 5):
    image = convert_image(digits.X[i])
    print(f"image {i} shows a {digits.y[i]}, shape {image.shape}")
    for row in image:
        print("".join(2 * " .:-=+*#%"[int(pixel) // 2] for pixel in row))
