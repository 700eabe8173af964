"""Checks of Exercise 2a."""

from collections.abc import Callable
from typing import Any

import numpy as np

from glassnet.lab.exercise import Case, Exercise, Namespace, call, mistake

# 255 times none of these values lies halfway between two integers, so the nearest integer is unique.
SHADES = np.array([[0.0, 0.2, 0.33, 0.747], [0.77, 0.61, 0.996, 0.03]])

DARK = np.array([[[0.01, 0.12, 0.04]], [[0.23, 0.31, 0.09]]])

ALL_LEVELS = (np.arange(256) / 255).astype(np.float32).reshape(16, 16)

PIXELS = np.random.default_rng(1).integers(20, 250, (2, 4, 3)).astype(np.uint8)

RGBA = np.array(
    [
        [[200, 100, 50, 255], [200, 100, 50, 0], [200, 100, 50, 128], [10, 240, 60, 64]],
        [[0, 0, 0, 200], [255, 255, 255, 77], [31, 7, 129, 1], [90, 20, 180, 254]],
    ],
    dtype=np.uint8,
)

SQUARE = np.concatenate([RGBA[:, :3], RGBA[:1, 1:]])
"""A 3 × 3 image, for which NumPy can broadcast a missing channel axis along the rows."""

ONE_BGR = np.array([[[10, 20, 30]]], dtype=np.uint8)

ONE_RGBA = np.array([[[200, 100, 50, 51]]], dtype=np.uint8)


def values(name: str, image: Any) -> Callable[[Namespace], Any]:
    """Return an observation: the values of the result as floats. Its type is a case of its own."""

    def observe(names: Namespace) -> Any:
        result = getattr(names, name)(image.copy())
        try:
            return np.asarray(result, dtype=float)
        except (TypeError, ValueError):
            return result

    return observe


def dtype(name: str, image: Any) -> Callable[[Namespace], Any]:
    """Return an observation: the dtype of the result."""
    return lambda names: np.asarray(getattr(names, name)(image.copy())).dtype.name


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Return a question and its answer, a number."""
    color, alpha = (int(value) for value in rng.integers(20, 230, 2))
    return (
        f"A pixel has red = {color} and alpha = {alpha}, both from 0 to 255. What is its red value over a white "
        "background, rounded to an integer?",
        float(np.rint(alpha * color / 255 + 255 - alpha)),
    )


BLEND = "alpha * color + (1 - alpha) * 255"

EXERCISE = Exercise(
    number="2a",
    title="Images as arrays",
    defines=("to_bytes", "bgr_to_rgb", "on_white", "quarter_size"),
    cases=(
        Case("to_bytes, grayscale", values("to_bytes", SHADES), f"to_bytes(np.array({SHADES.tolist()}))"),
        Case("to_bytes, dark colors", values("to_bytes", DARK), f"to_bytes(np.array({DARK.tolist()}))"),
        Case("to_bytes, all levels", values("to_bytes", ALL_LEVELS), "to_bytes(0/255, 1/255, ..., 255/255 as float32)"),
        Case("to_bytes, dtype", dtype("to_bytes", SHADES), f"to_bytes(np.array({SHADES.tolist()})).dtype"),
        Case("bgr_to_rgb, one pixel", values("bgr_to_rgb", ONE_BGR), f"bgr_to_rgb(np.array({ONE_BGR.tolist()}))"),
        Case("bgr_to_rgb, an image", values("bgr_to_rgb", PIXELS), "bgr_to_rgb(an image of shape (2, 4, 3))"),
        Case("on_white, one pixel", values("on_white", ONE_RGBA), f"on_white(np.array({ONE_RGBA.tolist()}, np.uint8))"),
        Case("on_white, an image", values("on_white", RGBA), "on_white(an image of shape (2, 4, 4))"),
        Case("on_white, a square image", values("on_white", SQUARE), "on_white(an image of shape (3, 3, 4))"),
        Case("on_white, dtype", dtype("on_white", RGBA), "on_white(an image of shape (2, 4, 4)).dtype"),
        Case(
            "quarter_size, color",
            call("quarter_size", np.zeros((1315, 1200, 4), dtype=np.uint8)),
            "quarter_size(an image of shape (1315, 1200, 4))",
        ),
        Case(
            "quarter_size, grayscale",
            call("quarter_size", np.zeros((600, 514), dtype=np.uint8)),
            "quarter_size(an image of shape (600, 514))",
        ),
    ),
    robustness=(
        "to_bytes, dtype",
        "on_white, dtype",
    ),
    mistakes=(
        mistake(
            "to_bytes: truncated",
            "to_bytes truncates instead of rounding. 0.61 is 155.55, which rounds to 156, not 155. astype(np.uint8) "
            "does not round: call np.rint first.",
            "np.rint(scaled)",
            "np.trunc(scaled)",
        ),
        mistake(
            "to_bytes: times 256",
            "to_bytes multiplies by 256, so 1.0 would become 256, which does not fit into uint8. The largest value "
            "is 255: multiply by 255.",
            "np.asarray(image) * 255",
            "np.asarray(image) * 256",
        ),
        mistake(
            "to_bytes: 256 equal intervals",
            "to_bytes divides the range from 0 to 1 into 256 equal intervals: floor(256 x). Then 190/255 becomes "
            "191, so reading and writing an image changes it. Multiply by 255 and round.",
            "np.rint(scaled)",
            "np.minimum(np.floor(scaled / 255 * 256), 255)",
        ),
        mistake(
            "to_bytes: no factor",
            "to_bytes rounds the values without scaling, so all of them become 0 or 1. Multiply by 255 first.",
            "np.asarray(image) * 255",
            "np.asarray(image) * 1.0",
        ),
        mistake(
            "to_bytes: rounds too early",
            "to_bytes rounds before it multiplies, so only 0 and 255 remain. Multiply by 255, then round.",
            "np.asarray(image) * 255",
            "np.rint(image) * 255",
        ),
        mistake(
            "to_bytes: rescales the range",
            "to_bytes maps the darkest pixel to 0 and the brightest to 255 in every image, so a dark image becomes "
            "bright. Multiply by 255, and do not use the minimum and maximum of the image.",
            "np.asarray(image) * 255",
            "(image - np.min(image)) / (np.max(image) - np.min(image)) * 255",
        ),
        mistake(
            "to_bytes: still floats",
            "The values of to_bytes are correct, but they are floats. Libraries expect float images to range from 0 "
            "to 1. Convert the values: astype(np.uint8).",
            "levels.astype(np.uint8)",
            "levels.astype(float)",
        ),
        mistake(
            "to_bytes: other integer type",
            "The values of to_bytes are correct, but astype(int) gives integers of 8 bytes each. Images use one byte "
            "per value: astype(np.uint8).",
            "levels.astype(np.uint8)",
            "levels.astype(int)",
        ),
        mistake(
            "bgr_to_rgb: unchanged",
            "bgr_to_rgb returns the channels in their original order: blue is still first.",
            "np.asarray(image)[..., ::-1]",
            "np.asarray(image)",
        ),
        mistake(
            "bgr_to_rgb: upside down",
            "bgr_to_rgb flips the image vertically: image[::-1] reverses the first axis, the rows. The channels are "
            "the last axis: image[..., ::-1].",
            "np.asarray(image)[..., ::-1]",
            "np.asarray(image)[::-1]",
        ),
        mistake(
            "bgr_to_rgb: mirrored",
            "bgr_to_rgb mirrors the image: image[:, ::-1] reverses the second axis, the columns. The channels are "
            "the last axis: image[..., ::-1].",
            "np.asarray(image)[..., ::-1]",
            "np.asarray(image)[:, ::-1]",
        ),
        mistake(
            "bgr_to_rgb: all axes reversed",
            "bgr_to_rgb reverses the rows and columns as well as the channels, as np.flip(image) does. Reverse only "
            "the last axis: image[..., ::-1].",
            "np.asarray(image)[..., ::-1]",
            "np.flip(image)",
        ),
        mistake(
            "bgr_to_rgb: channels rotated",
            "bgr_to_rgb rotates the channels instead of swapping the first and the last: (10, 20, 30) becomes (20, "
            "30, 10). Green should stay in the middle: image[..., [2, 1, 0]].",
            "np.asarray(image)[..., ::-1]",
            "np.asarray(image)[..., [1, 2, 0]]",
        ),
        mistake(
            "bgr_to_rgb: swap through views",
            "The first and the last channel are now equal: (10, 20, 30) becomes (30, 20, 30). image[..., 0] is a "
            "view, so it is overwritten before it is copied. Use image[..., ::-1], or copy a channel first.",
            "return np.asarray(image)[..., ::-1]",
            "image = np.array(image)\n    image[..., 0], image[..., 2] = image[..., 2], image[..., 0]\n    return "
            "image",
        ),
        mistake(
            "bgr_to_rgb: saved channel is a view",
            "The first and the last channel are now equal: (10, 20, 30) becomes (10, 20, 10). The saved channel "
            "image[..., 2] is a view, so it is overwritten together with the image. Use image[..., ::-1], or save a "
            "copy.",
            "return np.asarray(image)[..., ::-1]",
            "image = np.array(image)\n    last = image[..., 2]\n    image[..., 2] = image[..., 0]\n"
            "    image[..., 0] = last\n    return image",
        ),
        mistake(
            "on_white: alpha dropped",
            "on_white ignores alpha, so transparent pixels show their hidden color. OpenCV does the same. Blend with "
            "white first.",
            BLEND,
            "color",
        ),
        mistake(
            "on_white: black background",
            "on_white multiplies by alpha but does not add the white background, so transparent pixels become black. "
            "Add (1 - alpha) * 255, with alpha from 0 to 1.",
            BLEND,
            "alpha * color",
        ),
        mistake(
            "on_white: color not weighted",
            "on_white adds the background but does not multiply the color by alpha, so the sum exceeds 255. Weight "
            "both: alpha * color + (1 - alpha) * 255.",
            BLEND,
            "np.minimum(color + (1 - alpha) * 255, 255)",
        ),
        mistake(
            "on_white: white is 1",
            "on_white adds 1 - alpha, as if white were 1. These colors range to 255, so white is 255: (1 - alpha) * "
            "255.",
            BLEND,
            "alpha * color + (1 - alpha)",
        ),
        mistake(
            "on_white: alpha inverted",
            "on_white treats alpha as transparency, so opaque pixels become white. Alpha is opacity: multiply the "
            "color by alpha and the background by 1 - alpha.",
            BLEND,
            "(1 - alpha) * color + alpha * 255",
        ),
        mistake(
            "on_white: no blending",
            "on_white uses white only where alpha is 0, and leaves the colors of partly transparent pixels "
            "unchanged. Blend them: alpha * color + (1 - alpha) * 255.",
            BLEND,
            "np.where(alpha == 0, 255, color)",
        ),
        mistake(
            "on_white: overflows",
            "on_white computes in uint8, so every result above 255 wraps around: 200 * 51 gives 216. Convert to "
            "floats before you multiply: image.astype(float).",
            BLEND,
            "(image[..., :3] * image[..., 3:] + (255 - image[..., 3:]) * np.uint8(255)) / 255",
        ),
        mistake(
            "on_white: alpha without a channel axis",
            "image[..., 3] has the shape (h, w), which does not broadcast with (h, w, 3). That raises an error, or, "
            "for an image of 3 × 3 pixels, gives wrong colors without an error. Keep the channel axis: image[..., "
            "3:].",
            "pixels[..., 3:] / 255",
            "pixels[..., 3] / 255",
        ),
        mistake(
            "on_white: truncated",
            "on_white truncates instead of rounding, because astype(np.uint8) does not round. Call np.rint first.",
            "np.rint(mixed)",
            "np.trunc(mixed)",
        ),
        mistake(
            "on_white: four channels",
            "on_white returns four channels. The result is opaque everywhere, so leave out alpha: (h, w, 3).",
            "whole.astype(np.uint8)",
            "np.concatenate([whole, np.full_like(alpha, 255)], axis=-1).astype(np.uint8)",
        ),
        mistake(
            "on_white: still floats",
            "The values of on_white are correct, but they are floats. Libraries expect float images to range from 0 "
            "to 1. Convert the values: astype(np.uint8).",
            "whole.astype(np.uint8)",
            "whole",
        ),
        mistake(
            "quarter_size: height first",
            "quarter_size returns the height first, like the array's shape. Pillow's resize takes the width first. "
            "An image of 1200 × 1315 pixels would become 328 × 300, which is too wide and too low.",
            "return width // 4, height // 4",
            "return height // 4, width // 4",
        ),
        mistake(
            "quarter_size: not rounded",
            "quarter_size divides with /, which gives 328.75. A size in pixels is an integer: // rounds down.",
            "return width // 4, height // 4",
            "return width / 4, height / 4",
        ),
        mistake(
            "quarter_size: rounded to nearest",
            "quarter_size rounds to the nearest integer, so 1315 becomes 329. Round down instead: 1315 // 4 is 328.",
            "return width // 4, height // 4",
            "return round(width / 4), round(height / 4)",
        ),
        mistake(
            "quarter_size: last two axes",
            "quarter_size takes the last two sizes. For a grayscale image that is correct, but for a color image the "
            "last size is the number of channels. Height and width come first: image.shape[:2].",
            "np.shape(image)[:2]",
            "np.shape(image)[-2:]",
        ),
        mistake(
            "quarter_size: half",
            "quarter_size returns half of the width and height. That is a quarter of the pixels, but the task is a "
            "quarter of the width and of the height.",
            "return width // 4, height // 4",
            "return width // 2, height // 2",
        ),
    ),
    hints=(
        "Try each function by hand on a single pixel: 0.61, then (10, 20, 30), then (200, 100, 50, 51). For each "
        "value, note whether its range is 0 to 1 or 0 to 255.",
        "np.rint rounds, and astype(np.uint8) converts. image[..., ::-1] reverses the last axis. image[..., :3] is "
        "the color and image[..., 3:] is alpha, of shape (h, w, 1). Compute in floats. image.shape[:2] is the height "
        "and the width.",
        "np.rint(image * 255).astype(np.uint8); image[..., ::-1]; with a = image[..., 3:] / 255: a * image[..., :3] + "
        "(1 - a) * 255, rounded and converted; (image.shape[1] // 4, image.shape[0] // 4).",
    ),
    explanation="An image file contains bytes, and each library chooses how to represent them. The array does not "
    "record that choice. So convert once, right after reading, to one convention: height × width × (red, green, "
    "blue), with one range of values. Alpha blending is a weighted mean whose weights sum to 1. Therefore the result "
    "stays between 0 and 255, and rounding it is safe.",
    library="data/images/decode.py read",
    question="A network is trained on arrays from Matplotlib and later receives arrays from OpenCV. Which of the "
    "differences in the table would raise an error, and which would only cause bad predictions?",
    quiz=quiz,
)
