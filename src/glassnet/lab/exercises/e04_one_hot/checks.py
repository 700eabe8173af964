"""Checks of Exercise 4."""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from glassnet.lab.exercise import Case, Exercise, Namespace, call


@cache
def digit_labels() -> Any:
    """Return the labels of the data set, loaded once."""
    from glassnet.data.sources import load

    return load("digits").y


def all_digits(names: Namespace) -> dict[str, Any]:
    """Return a few numbers that describe the 1797 rows."""
    Y = np.asarray(names.convert_to_one_hot(digit_labels().copy(), 10), dtype=float)
    if Y.shape != (1797, 10):
        return {"shape": Y.shape}
    return {"shape": Y.shape, "Y[14, 8]": Y[14, 8], "Y[177, 1]": Y[177, 1], "column sums": Y.sum(axis=0)}


def invalid(y: Any, size: int) -> Callable[[Namespace], Any]:
    """Return an observation: the result for invalid labels. Messages of exceptions are replaced."""

    def observe(names: Namespace) -> Any:
        try:
            return call("convert_to_one_hot", y, size)(names)
        except ValueError as error:
            raise ValueError("with any message").with_traceback(error.__traceback__) from None
        except IndexError as error:
            words = f"a label is out of bounds for {size} columns"
            raise IndexError(words).with_traceback(error.__traceback__) from None

    return observe


def of_a_list(names: Namespace) -> Any:
    """Return the result for a list. The message of an AttributeError is replaced, because it depends on the answer."""
    labels = [2, 0, 4, 2]
    try:
        return names.convert_to_one_hot(labels, 7)
    except AttributeError as error:
        words = f"a list of {len(labels)} labels has no array attributes"
        raise AttributeError(words).with_traceback(error.__traceback__) from None


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Return a question and its answer, a number."""
    n, size = int(rng.integers(20, 90)), int(rng.integers(4, 13))
    return f"How many zeros are in the one-hot encoding of {n} labels with {size} classes?", float(n * (size - 1))


EXERCISE = Exercise(
    defines=("convert_to_one_hot",),
    cases=(
        Case("labels 0 to 9, 0 to 4", call("convert_to_one_hot", np.arange(15) % 10, 10)),
        Case("a list, with unused classes", of_a_list, "convert_to_one_hot([2, 0, 4, 2], 7)"),
        Case("one label", call("convert_to_one_hot", np.array([2]), 4)),
        Case("all digits", all_digits, "convert_to_one_hot(y, 10) for the 1797 labels of the digits"),
        Case("a negative label: ValueError", invalid(np.array([0, -1, 1]), 4), "convert_to_one_hot([0, -1, 1], 4)"),
        Case(
            "a label that is too large: ValueError", invalid(np.array([0, 3, 1]), 3), "convert_to_one_hot([0, 3, 1], 3)"
        ),
        Case(
            "a label that is not an integer: ValueError",
            invalid(np.array([0, 1.5, 2]), 4),
            "convert_to_one_hot([0, 1.5, 2], 4)",
        ),
        Case("a column: ValueError", invalid(np.array([[1], [3], [0]]), 4), "convert_to_one_hot([[1], [3], [0]], 4)"),
    ),
    robustness=(
        "a list, with unused classes",
        "a negative label: ValueError",
        "a label that is too large: ValueError",
        "a label that is not an integer: ValueError",
        "a column: ValueError",
    ),
    quiz=quiz,
)
