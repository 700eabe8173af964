"""Checks of Exercise 7."""

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from glassnet.lab.exercise import Case, Exercise, Namespace, call

MATRIX = np.array([[1.3, -0.4, 2.2], [-2.6, 0.7, -0.1]])

STACK = np.array([[[0.3], [-1.7]], [[2.9], [-0.2]], [[1.1], [0.6]]])


def large(*numbers: float) -> Callable[[Namespace], Any]:
    """Return an observation: the sigmoid of large numbers, and whether an overflow warning is emitted."""

    def observe(names: Namespace) -> dict[str, Any]:
        with warnings.catch_warnings(record=True) as caught, np.errstate(over="warn"):
            warnings.simplefilter("always")
            values = names.Sigmoid(np.array(numbers))
        return {"Sigmoid": values, "overflow warning": any("overflow" in str(one.message) for one in caught)}

    return observe


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Return a question and its answer, a number."""
    x = np.round(rng.uniform(-2, 2, 3), 1)
    return f"x = {x.tolist()}: what is the sum of Sigmoid(x), to three decimals?", float((1 / (1 + np.exp(-x))).sum())


FLOATS = "x = np.asarray(x, dtype=float)"


EXERCISE = Exercise(
    defines=("Sigmoid",),
    cases=(
        Case("a vector", call("Sigmoid", np.array([0.9, 0.2, 0.1, -0.3, -0.7]))),
        Case("a matrix", call("Sigmoid", MATRIX)),
        Case("three axes", call("Sigmoid", STACK)),
        Case("a list of integers", call("Sigmoid", [[2, -1], [0, 3]])),
        Case(
            "uint8", call("Sigmoid", np.array([0, 1, 5, 200], np.uint8)), "Sigmoid(np.array([0, 1, 5, 200], np.uint8))"
        ),
        Case(
            "large negative numbers",
            large(-1000.0, -710.0, 0.5),
            "Sigmoid(np.array([-1000, -710, 0.5])) and its warnings",
        ),
        Case(
            "large positive numbers",
            large(1000.0, 710.0, -0.5),
            "Sigmoid(np.array([1000, 710, -0.5])) and its warnings",
        ),
    ),
    robustness=(
        "a list of integers",
        "uint8",
        "large negative numbers",
        "large positive numbers",
    ),
    quiz=quiz,
    variants={
        "x clipped": [
            (FLOATS, f"x = np.clip(np.asarray(x, dtype=float), -{limit}, {limit})")
            for limit in (1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 15, 16, 18)
        ],
    },
)
