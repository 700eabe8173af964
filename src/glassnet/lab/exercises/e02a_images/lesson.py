# %% [markdown]
# # Exercise 2a · Images as arrays
#
# Three libraries read an image file into an array, and they do not agree on what the array holds:
#
# | | Pillow | Matplotlib | OpenCV |
# |---|---|---|---|
# | to install | `pip install pillow` | `pip install matplotlib` | `pip install opencv-python` |
# | to import | `from PIL import Image` | `import matplotlib.pyplot as plt` | `import cv2` |
# | to read | `np.array(Image.open(path))` | `plt.imread(path)` | `cv2.imread(path)` |
# | numbers | 0 to 255, `uint8` | PNG: 0 to 1, `float32`; else 0 to 255 | 0 to 255, `uint8` |
# | colors | red, green, blue | red, green, blue | **blue, green, red** |
# | transparency (alpha) | a fourth channel | a fourth channel | dropped |
# | a gray image | $(h, w)$ | $(h, w)$ | $(h, w, 3)$ |
# | no such file | `FileNotFoundError` | `FileNotFoundError` | **`None`**, without an error |
#
# - Copy a package's name from its own page: what you install under a misspelled one is somebody else's.
#   `opencv-python-headless` is OpenCV without windows. There `cv2.imshow` fails, and elsewhere `cv2.waitKey(0)` waits
#   for a key. `plt.imshow(image[..., ::-1])`, then `plt.show()`, shows OpenCV's array anywhere.
# - All arrays have the height first: $(h, w, \ldots)$. But Pillow's `resize` takes (width, height), as its `size` does.
#   With both exchanged, 1200 × 1315 pixels (wide × high) at a quarter become 328 × 300, and all in the picture too
#   wide. Right is 300 × 328.
# - `uint8` holds 0 to 255 and wraps around: 200 + 100 makes 44. Compute in floats, round, then convert back;
#   `astype(np.uint8)` alone cuts off.
#
# Write four functions; all of them get arrays:
#
# - `to_bytes(image)`: numbers from 0 to 1 become `uint8` from 0 to 255, that is $255 x$, rounded to the nearest;
# - `bgr_to_rgb(image)`: $(h, w, 3)$ with the channels in the opposite order, every pixel in its place;
# - `on_white(image)`: `uint8` $(h, w, 4)$, red, green, blue and $\alpha$, laid on white paper. With $\alpha = 255$ a
#   pixel hides the paper, with 0 the paper shows, in between both are mixed. Returns `uint8` $(h, w, 3)$, rounded:
#
# $$\frac{\alpha}{255}\, \text{color} + \left(1 - \frac{\alpha}{255}\right) 255$$
#
# - `quarter_size(image)`: (width // 4, height // 4) for an array $(h, w)$ or $(h, w, c)$, rounded down.

# %%
import numpy as np


def to_bytes(image):
    """Return numbers from 0 to 1 as uint8 from 0 to 255, rounded to the nearest; of the same shape."""
    # BEGIN ANSWER
    scaled = np.asarray(image) * 255
    levels = np.rint(scaled)
    return levels.astype(np.uint8)
    # END ANSWER


def bgr_to_rgb(image):
    """Return the image (h, w, 3) with its three channels in the opposite order."""
    # BEGIN ANSWER
    return np.asarray(image)[..., ::-1]
    # END ANSWER


def on_white(image):
    """Return red, green, blue and alpha, uint8 (h, w, 4), laid on white: uint8 (h, w, 3), rounded to the nearest."""
    # BEGIN ANSWER
    pixels = np.asarray(image, dtype=float)
    color, alpha = pixels[..., :3], pixels[..., 3:] / 255
    mixed = alpha * color + (1 - alpha) * 255
    whole = np.rint(mixed)
    return whole.astype(np.uint8)
    # END ANSWER


def quarter_size(image):
    """Return (width // 4, height // 4) of an image (h, w) or (h, w, channels), as Pillow's resize takes it."""
    # BEGIN ANSWER
    height, width = np.shape(image)[:2]
    return width // 4, height // 4
    # END ANSWER


# %% [markdown]
# Try it, with two images that come with Matplotlib: a photograph, and a drawing that is transparent in places. A
# quarter of the photograph should be 128 wide and 150 high, so its array has the shape `(150, 128, 3)`.


# %%
def loaded(name):
    """Return a picture as each library reads it."""
    import matplotlib.image
    from matplotlib.cbook import get_sample_data
    from PIL import Image

    path = str(get_sample_data(name, asfileobj=False))
    found = {"Pillow": np.array(Image.open(path)), "Matplotlib": matplotlib.image.imread(path)}
    try:
        import cv2
    except ImportError:
        print("OpenCV is not installed here")
    else:
        found["OpenCV"] = cv2.imread(path)
        if found["OpenCV"] is None:
            raise FileNotFoundError(path)
    return found


def small(image):
    """Return the image at a quarter of its width and height."""
    from PIL import Image

    return np.array(Image.fromarray(image).resize(quarter_size(image)))


photo, drawing = loaded("grace_hopper.jpg"), loaded("logo2.png")
for images in (photo, drawing):
    for library, image in images.items():
        print(f"{library:11}", image.shape, image.dtype, image.min(), "to", image.max(), "first pixel", image[0, 0])
print("bytes as Pillow reads them:", np.array_equal(to_bytes(drawing["Matplotlib"]), drawing["Pillow"]))
print("on white:", on_white(drawing["Pillow"]).shape, "a quarter:", small(photo["Pillow"]).shape)
if "OpenCV" in photo:
    print("same colors:", np.abs(bgr_to_rgb(photo["OpenCV"]).astype(int) - photo["Pillow"]).max(), "apart at most")

# %% [markdown]
# To look at one of them: `import matplotlib.pyplot as plt`, `plt.imshow(on_white(drawing["Pillow"]))`, `plt.show()`.
