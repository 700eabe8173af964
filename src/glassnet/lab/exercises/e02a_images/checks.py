"""Checks of Exercise 2a."""

from collections.abc import Callable
from typing import Any

import numpy as np

from glassnet.lab.exercise import Case, Exercise, Namespace, call

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


EXERCISE = Exercise(
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
    quiz=quiz,
)
