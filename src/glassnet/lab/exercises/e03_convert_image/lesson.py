# %% [markdown]
# # Exercise 3 · A vector as an image
#
# The data for the network are scikit-learn's *digits*: 1797 small gray images of handwritten digits, 8 × 8 pixels
# each, every pixel a number from 0 (paper) to 16 (ink). (They are not MNIST, which has 70000 images of 28 × 28.)
# `glassnet.load("digits")` gives them as `X` of shape $(1797, 64)$, one image per row, and `y` of shape $(1797,)$, the
# digit of each.
#
# To look at an image again, its 64 numbers have to go back into 8 rows of 8. They lie **row by row** (*row-major*):
# first the top row from left to right, then the second one, and so on. So the pixel in row $r$ and column $c$ of an
# image with sides of $s$ pixels is
#
# $$\text{img}[r, c] = x[\,r \cdot s + c\,]$$
#
# In the first image, `img[3, 6]` is `X[0, 30]`, which is 8.
#
# Write `convert_image` for square images of any size: 64 numbers become $(8, 8)$, 256 become $(16, 16)$, $s^2$ numbers
# become $(s, s)$. The numbers come as a vector $(s^2,)$, like `X[0]`, or as a table with one row $(1, s^2)$, like
# `X[0:1]`.
#
# Anything else is a mistake of the caller, and has to be refused with a `ValueError`: 63 numbers, which are no square,
# and a $(4, 16)$ array too: it holds 64 numbers, but it is a table of four rows, not one image. For a vector of the
# wrong size the words of the error have to contain that size (`63`), so that whoever reads them knows what came in.

# %%
import math

import numpy as np


def convert_image(X_one_image):
    """Return the square image, (s, s), whose rows lie one after the other in X_one_image.

    X_one_image: an array of shape (s*s,) or (1, s*s). Raises ValueError for any other shape or size.
    """
    # BEGIN ANSWER
    X_one_image = np.asarray(X_one_image)
    size = X_one_image.size
    if X_one_image.shape not in ((size,), (1, size)):
        raise ValueError(f"one image has shape (n,) or (1, n), not {X_one_image.shape}")
    side = math.isqrt(size)
    if side * side != size:
        raise ValueError(f"{size} numbers do not fill a square image")
    return X_one_image.reshape(side, side)
    # END ANSWER


# %% [markdown]
# Try it: a 0 and a 5 should appear. In a notebook, `plt.imshow(image, cmap="gray")` of Matplotlib draws them properly.

# %%
import glassnet

digits = glassnet.load("digits")
for i in (0, 5):
    image = convert_image(digits.X[i])
    print(f"image {i} shows a {digits.y[i]}, shape {image.shape}")
    for row in image:
        print("".join(2 * " .:-=+*#%"[int(pixel) // 2] for pixel in row))
