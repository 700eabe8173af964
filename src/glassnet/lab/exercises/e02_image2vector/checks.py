"""Checks of Exercise 2."""

from typing import Any

import numpy as np

from glassnet.lab.exercise import Case, Exercise, Namespace, call, mistake

TWO_CHANNELS = np.array(
    [
        [[0.67826139, 0.29380381], [0.90714982, 0.52835647], [0.4215251, 0.45017551]],
        [[0.92814219, 0.96677647], [0.85304703, 0.52351845], [0.19981397, 0.27417313]],
        [[0.60659855, 0.00533165], [0.10820313, 0.49978937], [0.34144279, 0.94630077]],
    ]
)

COLOR = np.random.default_rng(0).integers(1, 256, (2, 4, 3)).astype(np.uint8)

GRAY = np.array([[12, 200, 31, 7], [90, 3, 255, 64], [18, 77, 140, 5]], dtype=np.uint8)

TRANSPOSED = GRAY.T
"""A view whose memory order differs from its row-major order."""


def changed_vector(names: Namespace) -> Any:
    """Change the vector and observe the image from which it was made."""
    observed = {}
    for kind, image in (("uint8", COLOR.copy()), ("float64", TWO_CHANNELS.copy())):
        vector = np.asarray(names.image2vector(image))
        if vector.flags.writeable:  # a read-only vector cannot change the image
            vector[...] = 99
        observed[f"the {kind} image"] = image
    return observed


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Return a question and its answer, a number."""
    h, w = (int(size) for size in rng.integers(4, 9, 2))
    i, j, k = (int(rng.integers(size)) for size in (h, w, 3))
    return (
        f"An image has the shape ({h}, {w}, 3). At which index of its vector, counted from 0, is image[{i}, {j}, {k}]?",
        float((i * w + j) * 3 + k),
    )


CHECK = "if image.ndim not in (2, 3):"

EXERCISE = Exercise(
    number="2",
    title="Flattening an image",
    defines=("image2vector",),
    cases=(
        Case("two channels", call("image2vector", TWO_CHANNELS), "image2vector(an image of shape (3, 3, 2))"),
        Case("a color image", call("image2vector", COLOR), "image2vector(a uint8 image of shape (2, 4, 3))"),
        Case("a grayscale image", call("image2vector", GRAY)),
        Case("a transposed image", call("image2vector", TRANSPOSED), f"image2vector(np.array({GRAY.tolist()}).T)"),
        Case("one row of pixels", call("image2vector", TWO_CHANNELS[:1] * 100)),
        Case("the vector is a copy", changed_vector, "set the vector to 99, then observe the image"),
        Case("one axis: ValueError", call("image2vector", np.array([3.0, 1.0, 2.0]))),
        Case(
            "four axes: ValueError",
            call("image2vector", TWO_CHANNELS[None]),
            "image2vector(an array of shape (1, 3, 3, 2))",
        ),
    ),
    robustness=(
        "a transposed image",
        "the vector is a copy",
        "one axis: ValueError",
        "four axes: ValueError",
    ),
    mistakes=(
        mistake(
            "column-major order",
            "Your vector is in column-major order: it goes down the columns of the image first. Row-major order is "
            'NumPy\'s default, so remove order="F" and any transpose.',
            "image.reshape(-1, 1)",
            'image.reshape(-1, 1, order="F")',
        ),
        mistake(
            "channels separated",
            "Your vector contains the whole first channel, then the whole second one. In row-major order, the "
            "channels of a pixel are next to each other. Reshape the image without moving its axes.",
            "image.reshape(-1, 1)",
            "np.moveaxis(image, -1, 0).reshape(-1, 1) if image.ndim == 3 else image.reshape(-1, 1)",
        ),
        mistake(
            "grayscale images column by column",
            "Your function reads a grayscale image column by column. Row-major order goes through the first row, "
            "then the second. Reshape the image as it is.",
            "column = image.reshape(-1, 1)",
            'column = image.reshape(-1, 1, order="F") if image.ndim == 2 else image.reshape(-1, 1)',
        ),
        mistake(
            "memory order",
            "For a transposed image, your numbers come in the order of the memory, not in row-major order. Remove "
            'order="A" or order="K", which ask for the memory order.',
            "column = image.reshape(-1, 1)",
            'column = image.ravel(order="K").reshape(-1, 1)',
        ),
        mistake(
            "a row vector",
            "The numbers are correct, but they form a row of shape (1, n). A column vector has the shape (n, 1). Use "
            'reshape(-1, 1), where -1 means "as many as needed".',
            "image.reshape(-1, 1)",
            "image.reshape(1, -1)",
        ),
        mistake(
            "one axis only",
            "The numbers are correct, but the shape is (n,), as ravel and flatten return it. A column vector has two "
            "axes, (n, 1). Use reshape(-1, 1).",
            "image.reshape(-1, 1)",
            "image.ravel()",
        ),
        mistake(
            "last axis kept",
            "You keep the last axis of the image: (h, w, 3) becomes (h * w, 3), one row per pixel. The vector has a "
            "single column that contains all channels. Use reshape(-1, 1).",
            "image.reshape(-1, 1)",
            "image.reshape(-1, image.shape[-1])",
        ),
        mistake(
            "three channels hard-coded",
            "You assume 3 channels. An image of shape (3, 3, 2) has 18 numbers, not 3 * 3 * 3 = 27. Let NumPy "
            "compute the size with reshape(-1, 1), or take all sizes from image.shape.",
            "image.reshape(-1, 1)",
            "image.reshape(image.shape[0] * image.shape[1] * 3, 1)",
        ),
        mistake(
            "color images only",
            "You unpack three sizes from image.shape, so a grayscale image (h, w) raises an error. image.reshape(-1, "
            "1) works for both. Check image.ndim to reject arrays that do not have 2 or 3 axes.",
            CHECK,
            "height, width, channels = image.shape\n    if image.ndim != 3:",
        ),
        mistake(
            "a view",
            "The numbers and the shape are correct, but the vector is a view that shares memory with the image. "
            "Setting the vector to 99 also sets the image to 99. Return a copy: reshape(-1, 1).copy().",
            "column.copy()",
            "column",
        ),
        mistake(
            "no check",
            "You accept arrays with 1 or 4 axes. They are not images, so this input is a mistake: raise ValueError "
            "unless image.ndim is 2 or 3.",
            CHECK,
            "if False:",
        ),
        mistake(
            "no check for one axis",
            "You accept an array with one axis, (n,). It is not an image: raise ValueError unless image.ndim is 2 or "
            "3.",
            CHECK,
            "if image.ndim > 3:",
        ),
        mistake(
            "no check for four axes",
            "You accept an array with four axes and return one vector. It is a batch of images, and each image "
            "should have its own vector. Raise ValueError unless image.ndim is 2 or 3.",
            CHECK,
            "if image.ndim < 2:",
        ),
        mistake(
            "zeros",
            "The shape is correct, but all numbers are 0. You created the array, but did not copy the pixels into it.",
            "column.copy()",
            "np.zeros_like(column)",
        ),
        mistake(
            "divided by 255",
            "You divide the numbers by 255. Scaling is a separate step, and it would be wrong for an image with "
            "values from 0 to 1. Do not change the numbers here.",
            "column.copy()",
            "column / 255",
        ),
    ),
    hints=(
        "Print image.shape and image.ndim for a color image and a grayscale image. Which shape should the vector "
        "have, and which size can NumPy compute for you?",
        "reshape(-1, 1) makes one column with as many rows as there are numbers. It returns a view where possible, "
        "so copy the result. Check image.ndim first.",
        'if image.ndim not in (2, 3): raise ValueError("not an image"), then image.reshape(-1, 1).copy().',
    ),
    explanation="In memory, an array is already one sequence of numbers. Its shape only describes how to step through "
    "it. reshape returns a new shape for the same memory, which costs almost nothing. In the default order, the last "
    "index changes fastest, then the one before it: this is row-major order. copy() gives the vector its own memory.",
    library="data/images/transforms.py fit_to_model",
    question="The vector contains all numbers, but not which pixels were neighbors. What would a fully connected "
    "network lose if the pixels of all images were shuffled in the same way?",
    quiz=quiz,
)
