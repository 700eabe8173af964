"""How Exercise 2 is checked."""

from typing import Any

import numpy as np

from glassnet.lab.exercise import Case, Exercise, Names, call, wrong

TWO_CHANNELS = np.array(
    [
        [[0.67826139, 0.29380381], [0.90714982, 0.52835647], [0.4215251, 0.45017551]],
        [[0.92814219, 0.96677647], [0.85304703, 0.52351845], [0.19981397, 0.27417313]],
        [[0.60659855, 0.00533165], [0.10820313, 0.49978937], [0.34144279, 0.94630077]],
    ]
)

COLOR = np.random.default_rng(0).integers(1, 256, (2, 4, 3)).astype(np.uint8)

GRAY = np.array([[12, 200, 31, 7], [90, 3, 255, 64], [18, 77, 140, 5]], dtype=np.uint8)

TURNED = GRAY.T
"""A view whose numbers lie in memory in another order than they are read: row-major means as they are read."""


def changed_vector(names: Names) -> Any:
    """Change all numbers of the vector and look at the image it was made of."""
    seen = {}
    for kind, image in (("bytes", COLOR.copy()), ("floats", TWO_CHANNELS.copy())):
        vector = np.asarray(names.image2vector(image))
        if vector.flags.writeable:  # one that cannot be changed cannot change the image
            vector[...] = 99
        seen[f"the image of {kind}"] = image
    return seen


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Ask for one number."""
    h, w = (int(size) for size in rng.integers(4, 9, 2))
    i, j, k = (int(rng.integers(size)) for size in (h, w, 3))
    return (
        f"An image has the shape ({h}, {w}, 3). At which place of its vector, counted from 0, stands "
        f"image[{i}, {j}, {k}]?",
        float((i * w + j) * 3 + k),
    )


CHECK = "if image.ndim not in (2, 3):"

EXERCISE = Exercise(
    number="2",
    title="An image as a vector",
    defines=("image2vector",),
    cases=(
        Case("two channels", call("image2vector", TWO_CHANNELS), "image2vector(an image of shape (3, 3, 2))"),
        Case("in color", call("image2vector", COLOR), "image2vector(an image of bytes, of shape (2, 4, 3))"),
        Case("in gray", call("image2vector", GRAY)),
        Case("turned by .T", call("image2vector", TURNED), f"image2vector(np.array({GRAY.tolist()}).T)"),
        Case("one row of pixels", call("image2vector", TWO_CHANNELS[:1] * 100)),
        Case("the vector is changed", changed_vector, "all of the vector set to 99: what is left of the image"),
        Case("one axis", call("image2vector", np.array([3.0, 1.0, 2.0]))),
        Case("four axes", call("image2vector", TWO_CHANNELS[None]), "image2vector(an array of shape (1, 3, 3, 2))"),
    ),
    wrongs=(
        wrong(
            "column-major",
            "The vector runs down the columns of the image first, so the second number belongs to the pixel below, "
            'not to the same pixel. Row-major is NumPy\'s own order: leave out order="F" and transposes.',
            "image.reshape(-1, 1)",
            'image.reshape(-1, 1, order="F")',
        ),
        wrong(
            "one channel after the other",
            "The vector holds the whole first channel, then the whole second. In row-major order the channels of one "
            "pixel stand together: reshape the image as it is, without moving its axes.",
            "image.reshape(-1, 1)",
            "np.moveaxis(image, -1, 0).reshape(-1, 1) if image.ndim == 3 else image.reshape(-1, 1)",
        ),
        wrong(
            "gray images column by column",
            "An image in gray is read column by column. Row-major order goes through the first row, then the second: "
            "reshape the image as it is.",
            "column = image.reshape(-1, 1)",
            'column = image.reshape(-1, 1, order="F") if image.ndim == 2 else image.reshape(-1, 1)',
        ),
        wrong(
            "in the order of memory",
            "For an image that was turned by .T, the numbers come in the order in which they lie in memory, and not "
            'as the turned image shows them. That is what order="A" and order="K" ask for; leave them out.',
            "column = image.reshape(-1, 1)",
            'column = image.ravel(order="K").reshape(-1, 1)',
        ),
        wrong(
            "a row",
            "The numbers are right, but they lie in a row, (1, n). A column has the shape (n, 1): reshape(-1, 1), "
            'where -1 means "as many as there are".',
            "image.reshape(-1, 1)",
            "image.reshape(1, -1)",
        ),
        wrong(
            "one axis only",
            "The numbers are right, but their shape is (n,), as ravel and flatten give it. A column has a second "
            "axis, (n, 1): reshape(-1, 1).",
            "image.reshape(-1, 1)",
            "image.ravel()",
        ),
        wrong(
            "the last axis stays",
            "You keep the last axis of the image: (h, w, 3) becomes (h * w, 3), one row per pixel. The vector has a "
            "single column, with all channels below each other: reshape(-1, 1).",
            "image.reshape(-1, 1)",
            "image.reshape(-1, image.shape[-1])",
        ),
        wrong(
            "three channels always",
            "You count on 3 channels: an image of shape (3, 3, 2) has 18 numbers, and not 3 * 3 * 3 = 27. Let NumPy "
            "count, reshape(-1, 1), or take all sizes from image.shape.",
            "image.reshape(-1, 1)",
            "image.reshape(image.shape[0] * image.shape[1] * 3, 1)",
        ),
        wrong(
            "images in color only",
            "You unpack three sizes from image.shape, so an image in gray, (h, w), raises an error. image.reshape(-1, "
            "1) takes both; look at image.ndim to refuse what has neither 2 nor 3 axes.",
            CHECK,
            "height, width, channels = image.shape\n    if image.ndim != 3:",
        ),
        wrong(
            "a view",
            "Numbers and shape are right, but the vector is a view: it shares its memory with the image, and setting "
            "the vector to 99 sets the image to 99. Hand out a copy: reshape(-1, 1).copy().",
            "column.copy()",
            "column",
        ),
        wrong(
            "no check",
            "An array with 1 axis or with 4 axes becomes a vector, too. It is no image, so something went wrong "
            "before: raise ValueError unless image.ndim is 2 or 3.",
            CHECK,
            "if False:",
        ),
        wrong(
            "no check for one axis",
            "An array with one axis, (n,), becomes a vector, too. It is no image any more: raise ValueError unless "
            "image.ndim is 2 or 3.",
            CHECK,
            "if image.ndim > 3:",
        ),
        wrong(
            "no check for four axes",
            "An array with four axes becomes one vector, too. It is a stack of images, and each should have a vector "
            "of its own: raise ValueError unless image.ndim is 2 or 3.",
            CHECK,
            "if image.ndim < 2:",
        ),
        wrong(
            "zeros",
            "The shape is right, but all numbers are 0: the array was made, and the pixels were never put into it.",
            "column.copy()",
            "np.zeros_like(column)",
        ),
        wrong(
            "divided by 255",
            "You divide the numbers by 255. That is a step of its own, and wrong for an image that holds 0 to 1 "
            "already; here the numbers stay as they are.",
            "column.copy()",
            "column / 255",
        ),
    ),
    hints=(
        "Print image.shape and image.ndim for an image in color and one in gray. Which shape should the vector have, "
        "and which of its sizes could you leave to NumPy?",
        "reshape(-1, 1) makes one column, and puts as many rows into it as there are numbers. It returns a view, so a "
        "copy has to follow; the check of image.ndim comes first.",
        'if image.ndim not in (2, 3): raise ValueError("not an image"), then image.reshape(-1, 1).copy().',
    ),
    why="In memory an array is one line of numbers already; its shape only says how to step through it. reshape "
    "writes another shape on the same line, which costs nothing and shares the memory. With the default order it "
    "reads the last axis fastest, then the one before: that is row-major. copy() gives the vector a line of its own.",
    library="data/images/transforms.py fit_to_model",
    question="The vector keeps all numbers, but not which pixels were neighbors. What would a fully connected "
    "network lose if the pixels of all images were shuffled in the same way?",
    quiz=quiz,
)
