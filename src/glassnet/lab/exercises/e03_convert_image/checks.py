"""Checks of Exercise 3."""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from glassnet.lab.exercise import Case, Exercise, Namespace


@cache
def digits() -> Any:
    """Return the pixels of the data set, loaded once."""
    from glassnet.data.sources import load

    return load("digits").X.astype(float)


def image_of(array: Any) -> Callable[[Namespace], Any]:
    """Return an observation: the image of this array. Messages of exceptions are replaced: answers may differ."""

    def observe(names: Namespace) -> Any:
        try:
            return names.convert_image(array.copy())
        except ValueError as error:
            raise ValueError(f"ValueError for an array of shape {array.shape}").with_traceback(
                error.__traceback__
            ) from None
        except UnboundLocalError as error:
            words = f"for {array.size} numbers, the variable to return has no value"
            raise UnboundLocalError(words).with_traceback(error.__traceback__) from None

    return observe


def first_digit(names: Namespace) -> Any:
    """Return the first image."""
    return names.convert_image(digits()[0])


def two_pixels(names: Namespace) -> dict[str, Any]:
    """Return one pixel of the first image and two of the sixth, which are swapped if the image is transposed."""
    img_0, img_5 = (np.asarray(names.convert_image(digits()[i : i + 1])) for i in (0, 5))
    return {"img_0[3, 6]": img_0[3, 6], "img_5[4, 2]": img_5[4, 2], "img_5[2, 4]": img_5[2, 4]}


def message_has_size(names: Namespace) -> dict[str, bool]:
    """Return whether the error message contains the size."""
    try:
        names.convert_image(np.arange(63.0))
    except ValueError as error:
        return {"the error message contains 63": "63" in str(error)}
    except UnboundLocalError:
        pass
    return {"the error message contains 63": False}


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Return a question and its answer, a number."""
    side, row, column = (int(rng.integers(low, high)) for low, high in ((9, 15), (2, 9), (1, 9)))
    return (
        f"A vector x of {side * side} numbers is a square image in row-major order. Rows, columns, and indices count "
        f"from 0. At which index of x is the pixel in row {row}, column {column}?",
        float(row * side + column),
    )


EXERCISE = Exercise(
    defines=("convert_image",),
    cases=(
        Case("64 numbers", first_digit, "convert_image(X[0]), the first digit"),
        Case("single pixels", two_pixels, "pixels of convert_image(X[0:1]) and convert_image(X[5:6])"),
        Case(
            "one row of 256 numbers",
            image_of(np.arange(256.0)[None]),
            "convert_image(np.arange(256.0).reshape(1, 256))",
        ),
        Case("another square size", image_of(np.arange(49.0)), "convert_image(np.arange(49.0))"),
        Case("not a square number: ValueError", image_of(np.arange(63.0)), "convert_image(np.arange(63.0))"),
        Case("the error message contains the size", message_has_size, "the message of the ValueError for 63 numbers"),
        Case(
            "a column: ValueError", image_of(np.arange(64.0)[:, None]), "convert_image(np.arange(64.0).reshape(64, 1))"
        ),
        Case(
            "a matrix: ValueError",
            image_of(np.arange(64.0).reshape(4, 16)),
            "convert_image(np.arange(64.0).reshape(4, 16))",
        ),
    ),
    robustness=(
        "not a square number: ValueError",
        "the error message contains the size",
        "a column: ValueError",
        "a matrix: ValueError",
    ),
    quiz=quiz,
)
