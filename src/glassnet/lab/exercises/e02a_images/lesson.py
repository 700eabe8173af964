# %% [markdown]
# # Exercise 2a · Images as arrays
#
# Three common libraries read an image file into an array. Their arrays differ:
#
# | | Pillow | Matplotlib | OpenCV |
# |---|---|---|---|
# | install | `pip install pillow` | `pip install matplotlib` | `pip install opencv-python` |
# | import | `from PIL import Image` | `import matplotlib.pyplot as plt` | `import cv2` |
# | read | `np.array(Image.open(path))` | `plt.imread(path)` | `cv2.imread(path)` |
# | values | 0 to 255, `uint8` | PNG: 0 to 1, `float32`; otherwise 0 to 255 | 0 to 255, `uint8` |
# | channel order | red, green, blue | red, green, blue | **blue, green, red** |
# | transparency (alpha) | a fourth channel | a fourth channel | dropped |
# | grayscale image | $(h, w)$ | $(h, w)$ | $(h, w, 3)$ |
# | missing file | `FileNotFoundError` | `FileNotFoundError` | **`None`**, without an error |
#
# - Copy a package's name from its official page. A misspelled name may install a package by somebody else.
#   `opencv-python-headless` is OpenCV without windows, so `cv2.imshow` fails there. With windows, `cv2.waitKey(0)`
#   waits for a key. `plt.imshow(image[..., ::-1])`, then `plt.show()`, displays OpenCV's array anywhere.
# - All arrays have the height first: $(h, w, \ldots)$. Pillow's `resize` and `size` have the width first: (width,
#   height). Suppose an image has 1200 × 1315 pixels (width × height). At a quarter of its size, it has 300 × 328
#   pixels. If you swap width and height, you get 328 × 300, and everything in the picture looks too wide.
# - `uint8` holds 0 to 255 and wraps around: 200 + 100 gives 44. Compute in floats, round, then convert back.
#   `astype(np.uint8)` alone truncates.
#
# Write four functions. All of them take arrays:
#
# - `to_bytes(image)`: converts values from 0 to 1 to `uint8` from 0 to 255. The result is $255 x$, rounded to the
#   nearest integer.
# - `bgr_to_rgb(image)`: reverses the order of the channels of an image $(h, w, 3)$. Every pixel stays in its place.
# - `on_white(image)`: composites (blends) a `uint8` image $(h, w, 4)$ with red, green, blue, and alpha over a white
#   background. A pixel with $\alpha = 255$ is opaque and hides the background. A pixel with $\alpha = 0$ is
#   transparent. Values in between mix both. Return `uint8` $(h, w, 3)$, rounded to the nearest integer:
#
# $$\frac{\alpha}{255}\, \text{color} + \left(1 - \frac{\alpha}{255}\right) 255$$
#
# - `quarter_size(image)`: returns (width // 4, height // 4) for an array $(h, w)$ or $(h, w, c)$, rounded down.

# %%
import numpy as np


def to_bytes(image):
    """Return values from 0 to 1 as uint8 from 0 to 255, rounded to the nearest integer; the shape stays the same."""
    # BEGIN SOLUTION
    scaled = np.asarray(image) * 255
    levels = np.rint(scaled)
    return levels.astype(np.uint8)
    # END SOLUTION


def bgr_to_rgb(image):
    """Return the image (h, w, 3) with its three channels in reverse order."""
    # BEGIN SOLUTION
    return np.asarray(image)[..., ::-1]
    # END SOLUTION


def on_white(image):
    """Return an RGBA image, uint8 (h, w, 4), over a white background: uint8 (h, w, 3), rounded to integers."""
    # BEGIN SOLUTION
    pixels = np.asarray(image, dtype=float)
    color, alpha = pixels[..., :3], pixels[..., 3:] / 255
    mixed = alpha * color + (1 - alpha) * 255
    whole = np.rint(mixed)
    return whole.astype(np.uint8)
    # END SOLUTION


def quarter_size(image):
    """Return (width // 4, height // 4) of an image (h, w) or (h, w, channels), the order of Pillow's resize."""
    # BEGIN SOLUTION
    height, width = np.shape(image)[:2]
    return width // 4, height // 4
    # END SOLUTION


# %% [markdown]
# Try it with two images that come with Matplotlib: a photograph, and a drawing with transparent areas. A quarter of the
# photograph should be 128 pixels wide and 150 high, so its array has the shape `(150, 128, 3)`.


# %%
def loaded(name):
    """Return the array that each library reads from a sample image."""
    import matplotlib.image
    from matplotlib.cbook import get_sample_data
    from PIL import Image

    path = str(get_sample_data(name, asfileobj=False))
    found = {"Pillow": np.array(Image.open(path)), "Matplotlib": matplotlib.image.imread(path)}
    try:
        import cv2
    except ImportError:
        print("OpenCV is not installed")
    else:
        found["OpenCV"] = cv2.imread(path)
        if found["OpenCV"] is None:
            raise FileNotFoundError(path)
    return found


def small(image):
    """Return the image, resized to a quarter of its width and height."""
    from PIL import Image

    return np.array(Image.fromarray(image).resize(quarter_size(image)))


photo, drawing = loaded("grace_hopper.jpg"), loaded("logo2.png")
for images in (photo, drawing):
    for library, image in images.items():
        print(f"{library:11}", image.shape, image.dtype, image.min(), "to", image.max(), "first pixel", image[0, 0])
print("to_bytes equals Pillow's array:", np.array_equal(to_bytes(drawing["Matplotlib"]), drawing["Pillow"]))
print("on white:", on_white(drawing["Pillow"]).shape, "quarter size:", small(photo["Pillow"]).shape)
if "OpenCV" in photo:
    print("largest difference:", np.abs(bgr_to_rgb(photo["OpenCV"]).astype(int) - photo["Pillow"]).max())

# %% [markdown]
# To display one of them: `import matplotlib.pyplot as plt`, `plt.imshow(on_white(drawing["Pillow"]))`, `plt.show()`.
