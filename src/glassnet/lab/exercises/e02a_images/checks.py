"""How Exercise 2a is checked."""

from collections.abc import Callable
from typing import Any

import numpy as np

from glassnet.lab.exercise import Case, Exercise, Names, call, wrong

# 255 times none of these lies halfway between two whole numbers, where both neighbors are nearest.
SHADES = np.array([[0.0, 0.2, 0.33, 0.747], [0.77, 0.61, 0.996, 0.03]])

DARK = np.array([[[0.01, 0.12, 0.04]], [[0.23, 0.31, 0.09]]])

ALL_LEVELS = (np.arange(256) / 255).astype(np.float32).reshape(16, 16)

PIXELS = np.random.default_rng(1).integers(20, 250, (2, 4, 3)).astype(np.uint8)

FILM = np.array(
    [
        [[200, 100, 50, 255], [200, 100, 50, 0], [200, 100, 50, 128], [10, 240, 60, 64]],
        [[0, 0, 0, 200], [255, 255, 255, 77], [31, 7, 129, 1], [90, 20, 180, 254]],
    ],
    dtype=np.uint8,
)

SQUARE = np.concatenate([FILM[:, :3], FILM[:1, 1:]])
"""As high as it is wide, and 3 at that: NumPy can then mistake a channel for a row of pixels."""

ONE_BGR = np.array([[[10, 20, 30]]], dtype=np.uint8)

ONE_RGBA = np.array([[[200, 100, 50, 51]]], dtype=np.uint8)


def numbers(name: str, image: Any) -> Callable[[Names], Any]:
    """Return an observation: the numbers that come back, as floats; of which type they are is a case of its own."""

    def observe(names: Names) -> Any:
        seen = getattr(names, name)(image.copy())
        try:
            return np.asarray(seen, dtype=float)
        except (TypeError, ValueError):
            return seen

    return observe


def kind(name: str, image: Any) -> Callable[[Names], Any]:
    """Return an observation: of which type the numbers are that come back."""
    return lambda names: np.asarray(getattr(names, name)(image.copy())).dtype.name


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Ask for one number."""
    color, alpha = (int(value) for value in rng.integers(20, 230, 2))
    return (
        f"A pixel has red = {color} and alpha = {alpha}, both from 0 to 255. Which red does it have on white paper, "
        "rounded to a whole number?",
        float(np.rint(alpha * color / 255 + 255 - alpha)),
    )


MIX = "alpha * color + (1 - alpha) * 255"

EXERCISE = Exercise(
    number="2a",
    title="Images as arrays",
    defines=("to_bytes", "bgr_to_rgb", "on_white", "quarter_size"),
    cases=(
        Case("to_bytes, in gray", numbers("to_bytes", SHADES), f"to_bytes(np.array({SHADES.tolist()}))"),
        Case("to_bytes, dark colors", numbers("to_bytes", DARK), f"to_bytes(np.array({DARK.tolist()}))"),
        Case(
            "to_bytes, all levels", numbers("to_bytes", ALL_LEVELS), "to_bytes(0/255, 1/255, ..., 255/255 as float32)"
        ),
        Case("to_bytes, the type", kind("to_bytes", SHADES), f"to_bytes(np.array({SHADES.tolist()})).dtype"),
        Case("bgr_to_rgb, one pixel", numbers("bgr_to_rgb", ONE_BGR), f"bgr_to_rgb(np.array({ONE_BGR.tolist()}))"),
        Case("bgr_to_rgb, an image", numbers("bgr_to_rgb", PIXELS), "bgr_to_rgb(an image of shape (2, 4, 3))"),
        Case(
            "on_white, one pixel", numbers("on_white", ONE_RGBA), f"on_white(np.array({ONE_RGBA.tolist()}, np.uint8))"
        ),
        Case("on_white, an image", numbers("on_white", FILM), "on_white(an image of shape (2, 4, 4))"),
        Case("on_white, a square image", numbers("on_white", SQUARE), "on_white(an image of shape (3, 3, 4))"),
        Case("on_white, the type", kind("on_white", FILM), "on_white(an image of shape (2, 4, 4)).dtype"),
        Case(
            "quarter_size, in color",
            call("quarter_size", np.zeros((1315, 1200, 4), dtype=np.uint8)),
            "quarter_size(an image of shape (1315, 1200, 4))",
        ),
        Case(
            "quarter_size, in gray",
            call("quarter_size", np.zeros((600, 514), dtype=np.uint8)),
            "quarter_size(an image of shape (600, 514))",
        ),
    ),
    wrongs=(
        wrong(
            "to_bytes: cut off",
            "to_bytes cuts off what stands behind the point: 0.747 is 190.485, but 0.61 is 155.55, which is nearest "
            "to 156 and not to 155. astype(np.uint8) does not round; call np.rint before it.",
            "np.rint(scaled)",
            "np.trunc(scaled)",
        ),
        wrong(
            "to_bytes: times 256",
            "to_bytes multiplies by 256, so that 1.0 would become 256, which a byte cannot hold. The largest byte is "
            "255: multiply by 255.",
            "np.asarray(image) * 255",
            "np.asarray(image) * 256",
        ),
        wrong(
            "to_bytes: 256 equal parts",
            "to_bytes cuts the numbers from 0 to 1 into 256 equal parts, floor(256 x). Then 190/255 becomes 191, and "
            "an image that is read and written comes back changed. Multiply by 255 and round.",
            "np.rint(scaled)",
            "np.minimum(np.floor(scaled / 255 * 256), 255)",
        ),
        wrong(
            "to_bytes: no factor",
            "to_bytes rounds the numbers as they are, so all of them become 0 or 1. Multiply by 255 first.",
            "np.asarray(image) * 255",
            "np.asarray(image) * 1.0",
        ),
        wrong(
            "to_bytes: rounds too early",
            "to_bytes rounds first and multiplies then, so only 0 and 255 are left. Multiply by 255, then round.",
            "np.asarray(image) * 255",
            "np.rint(image) * 255",
        ),
        wrong(
            "to_bytes: stretches the range",
            "to_bytes makes the darkest pixel 0 and the brightest 255, whatever they were, so a dark image comes out "
            "bright. 0 to 1 is the range of all images: 255 times the number, without minimum and maximum.",
            "np.asarray(image) * 255",
            "(image - np.min(image)) / (np.max(image) - np.min(image)) * 255",
        ),
        wrong(
            "to_bytes: still floats",
            "The numbers of to_bytes are right, but they are floats. An image of floats is taken for one from 0 to 1: "
            "convert them, astype(np.uint8).",
            "levels.astype(np.uint8)",
            "levels.astype(float)",
        ),
        wrong(
            "to_bytes: other whole numbers",
            "The numbers of to_bytes are right, but astype(int) makes integers of 8 bytes each. Images have one byte "
            "per number: astype(np.uint8).",
            "levels.astype(np.uint8)",
            "levels.astype(int)",
        ),
        wrong(
            "bgr_to_rgb: unchanged",
            "bgr_to_rgb returns the channels in the order in which they came: blue stays first.",
            "np.asarray(image)[..., ::-1]",
            "np.asarray(image)",
        ),
        wrong(
            "bgr_to_rgb: upside down",
            "bgr_to_rgb turns the image upside down: image[::-1] reverses the first axis, the rows. The channels are "
            "the last axis: image[..., ::-1].",
            "np.asarray(image)[..., ::-1]",
            "np.asarray(image)[::-1]",
        ),
        wrong(
            "bgr_to_rgb: a mirror image",
            "bgr_to_rgb exchanges left and right: image[:, ::-1] reverses the second axis. The channels are the last "
            "axis: image[..., ::-1].",
            "np.asarray(image)[..., ::-1]",
            "np.asarray(image)[:, ::-1]",
        ),
        wrong(
            "bgr_to_rgb: all axes reversed",
            "bgr_to_rgb reverses the channels, but the rows and columns as well, as np.flip(image) does. Reverse the "
            "last axis only: image[..., ::-1].",
            "np.asarray(image)[..., ::-1]",
            "np.flip(image)",
        ),
        wrong(
            "bgr_to_rgb: moved round",
            "bgr_to_rgb moves the channels round instead of exchanging the first and the last: (10, 20, 30) becomes "
            "(20, 30, 10). Green stays in the middle: image[..., [2, 1, 0]].",
            "np.asarray(image)[..., ::-1]",
            "np.asarray(image)[..., [1, 2, 0]]",
        ),
        wrong(
            "bgr_to_rgb: exchanged through views",
            "The first and the last channel are equal now, (10, 20, 30) becomes (30, 20, 30): image[..., 0] is a "
            "view, so the first of the two was overwritten before it was copied. image[..., ::-1] needs no exchange; "
            "otherwise copy a channel first.",
            "return np.asarray(image)[..., ::-1]",
            "image = np.array(image)\n    image[..., 0], image[..., 2] = image[..., 2], image[..., 0]\n    return "
            "image",
        ),
        wrong(
            "bgr_to_rgb: the kept channel is a view",
            "The first and the last channel are equal now, (10, 20, 30) becomes (10, 20, 10): image[..., 2] is a "
            "view, so what you kept of it was overwritten with it. image[..., ::-1] needs no exchange; otherwise keep "
            "a copy.",
            "return np.asarray(image)[..., ::-1]",
            "image = np.array(image)\n    last = image[..., 2]\n    image[..., 2] = image[..., 0]\n"
            "    image[..., 0] = last\n    return image",
        ),
        wrong(
            "on_white: alpha is dropped",
            "on_white leaves alpha out: pixels that cannot be seen show their color, whatever it is. That is what "
            "OpenCV does. Mix with white first.",
            MIX,
            "color",
        ),
        wrong(
            "on_white: on black",
            "on_white multiplies by alpha, but adds no paper, which gives black where nothing is drawn. Add (1 - "
            "alpha) * 255, with alpha from 0 to 1.",
            MIX,
            "alpha * color",
        ),
        wrong(
            "on_white: the color is not weakened",
            "on_white adds the paper's share, and leaves the color as strong as it was, so that the sum goes beyond "
            "255. Both take their share: alpha * color + (1 - alpha) * 255.",
            MIX,
            "np.minimum(color + (1 - alpha) * 255, 255)",
        ),
        wrong(
            "on_white: white is 1",
            "on_white adds 1 - alpha as if white were 1. These colors go up to 255, so white is 255: (1 - alpha) * "
            "255.",
            MIX,
            "alpha * color + (1 - alpha)",
        ),
        wrong(
            "on_white: alpha the other way round",
            "on_white takes alpha for transparency: with alpha 255 the paper shows. Alpha says how much a pixel "
            "covers, so the color is multiplied by alpha and the paper by 1 - alpha.",
            MIX,
            "(1 - alpha) * color + alpha * 255",
        ),
        wrong(
            "on_white: all or nothing",
            "on_white puts white only where alpha is 0, and leaves the colors of half-covered pixels as they are. "
            "Mix in proportion: alpha * color + (1 - alpha) * 255.",
            MIX,
            "np.where(alpha == 0, 255, color)",
        ),
        wrong(
            "on_white: wraps around",
            "on_white computes in uint8, where every result above 255 wraps around: 200 * 51 is 216. Convert to "
            "floats before you multiply: image.astype(float).",
            MIX,
            "(image[..., :3] * image[..., 3:] + (255 - image[..., 3:]) * np.uint8(255)) / 255",
        ),
        wrong(
            "on_white: alpha has lost its axis",
            "image[..., 3] has the shape (h, w) and does not fit to (h, w, 3): it fails, or, in an image 3 pixels "
            "high and wide, gives wrong colors without a word. Keep the axis: image[..., 3:].",
            "pixels[..., 3:] / 255",
            "pixels[..., 3] / 255",
        ),
        wrong(
            "on_white: cut off",
            "on_white cuts off what stands behind the point; astype(np.uint8) does not round. Call np.rint before it.",
            "np.rint(mixed)",
            "np.trunc(mixed)",
        ),
        wrong(
            "on_white: four channels",
            "on_white returns four channels. On paper nothing is transparent any more: leave alpha out of the result, "
            "(h, w, 3).",
            "whole.astype(np.uint8)",
            "np.concatenate([whole, np.full_like(alpha, 255)], axis=-1).astype(np.uint8)",
        ),
        wrong(
            "on_white: still floats",
            "The numbers of on_white are right, but they are floats, and would be taken for an image from 0 to 1. "
            "Convert them: astype(np.uint8).",
            "whole.astype(np.uint8)",
            "whole",
        ),
        wrong(
            "quarter_size: height first",
            "quarter_size gives the height first, as the array's shape does. Pillow's resize takes the width first: "
            "1200 × 1315 pixels would become 328 × 300, too wide and too low.",
            "return width // 4, height // 4",
            "return height // 4, width // 4",
        ),
        wrong(
            "quarter_size: not rounded",
            "quarter_size divides with /, which gives 328.75. There are no parts of pixels: // rounds down.",
            "return width // 4, height // 4",
            "return width / 4, height / 4",
        ),
        wrong(
            "quarter_size: rounded to the nearest",
            "quarter_size rounds to the nearest, so 1315 becomes 329. It is asked for whole quarters: 1315 // 4 is "
            "328.",
            "return width // 4, height // 4",
            "return round(width / 4), round(height / 4)",
        ),
        wrong(
            "quarter_size: counted from the end",
            "quarter_size takes the last two sizes. That is right for an image in gray, but in one in color the last "
            "is the number of channels. Height and width are the first two: image.shape[:2].",
            "np.shape(image)[:2]",
            "np.shape(image)[-2:]",
        ),
        wrong(
            "quarter_size: a half",
            "quarter_size returns half of each side. Half of each makes a quarter of the pixels; it is asked for a "
            "quarter of the width and of the height.",
            "return width // 4, height // 4",
            "return width // 2, height // 2",
        ),
    ),
    hints=(
        "Try each function on a single pixel, by hand: 0.61, then (10, 20, 30), then (200, 100, 50, 51). And say of "
        "each number you use whether it goes up to 1 or up to 255.",
        "np.rint rounds, astype(np.uint8) converts. image[..., ::-1] reverses the last axis. image[..., :3] and "
        "image[..., 3:] are color and alpha, the latter (h, w, 1); compute in floats. image.shape[:2] is height and "
        "width.",
        "np.rint(image * 255).astype(np.uint8); image[..., ::-1]; with a = image[..., 3:] / 255: a * image[..., :3] + "
        "(1 - a) * 255, rounded and converted; (image.shape[1] // 4, image.shape[0] // 4).",
    ),
    why="An image file holds bytes, and every library chooses what it makes of them; an array does not say which "
    "choice was made. So convert once, right after reading, to one form: height × width × red, green, blue, in one "
    "range. Mixing with alpha is a weighted mean whose weights add up to 1, so it never leaves 0 to 255, and rounding "
    "it is safe.",
    library="data/images/decode.py read",
    question="A network is trained on arrays from Matplotlib and later gets arrays from OpenCV. Which of the "
    "differences in the table would show up as an error, and which only as bad predictions?",
    quiz=quiz,
)
