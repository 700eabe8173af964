"""Checks of Exercise 2."""

from typing import Any

import numpy as np

from glassnet.lab.exercise import Case, Exercise, Namespace, call

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


EXERCISE = Exercise(
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
    quiz=quiz,
)
