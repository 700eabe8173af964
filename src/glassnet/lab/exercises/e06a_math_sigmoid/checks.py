"""Checks of Exercise 6a."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from glassnet.lab.exercise import Case, Exercise, Namespace, call


def large(*numbers: float) -> Callable[[Namespace], Any]:
    """Return an observation: the sigmoid of large numbers, rounded to nine decimals, so that 7e-218 counts as 0."""

    def observe(names: Namespace) -> list[float]:
        found = []
        for x in numbers:
            try:
                found.append(round(float(names.math_sigmoid(x)), 9))
            except OverflowError as error:
                raise OverflowError(f"math range error, for x = {x}").with_traceback(error.__traceback__) from None
        return found

    return observe


def of_a_list(names: Namespace) -> Any:
    """Return the sigmoid of a list. The message of the TypeError is replaced, because it depends on the answer."""
    try:
        return names.math_sigmoid([1, 2, 3])
    except TypeError as error:
        raise TypeError("with any message").with_traceback(error.__traceback__) from None


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Return a question and its answer, a number."""
    x = float(round(rng.uniform(-2, 2), 1))
    return f"What is 1 / (1 + e^-x) for x = {x}, to three decimals?", 1 / (1 + math.exp(-x))


def vector(names: Namespace) -> list[Any]:
    """Return the sigmoids of five numbers."""
    return [names.math_sigmoid(x) for x in (0.9, 0.2, 0.1, -0.3, -0.7)]


EXERCISE = Exercise(
    defines=("math_sigmoid",),
    cases=(
        Case("x = 5", call("math_sigmoid", 5)),
        Case("x = 0", call("math_sigmoid", 0)),
        Case("x = -3.2", call("math_sigmoid", -3.2)),
        Case("five small numbers", vector, "math_sigmoid of 0.9, 0.2, 0.1, -0.3, -0.7"),
        Case(
            "x = 12 and x = -12", lambda names: [names.math_sigmoid(x) for x in (12, -12)], "math_sigmoid of 12 and -12"
        ),
        Case("large negative numbers", large(-710, -1000), "math_sigmoid of -710 and -1000, to nine decimals"),
        Case("large positive numbers", large(710, 1000), "math_sigmoid of 710 and 1000, to nine decimals"),
        Case("a list: TypeError", of_a_list, "math_sigmoid([1, 2, 3])"),
    ),
    robustness=(
        "large negative numbers",
        "large positive numbers",
        "a list: TypeError",
    ),
    quiz=quiz,
)
