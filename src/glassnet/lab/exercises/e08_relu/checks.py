"""Checks of Exercise 8."""

from collections.abc import Callable
from typing import Any

import numpy as np

from glassnet.lab.exercise import Case, Exercise, Namespace

VECTOR = np.array([0.9, 0.2, 0.1, -0.3, -0.7])

LARGE = np.array([1000.0, -1000.0, 7.5, -7.5])

MATRIX = np.array([[1.3, -0.4, 2.2], [-2.6, 0.7, -0.1]])

STACK = np.array([[[0.3], [-1.7]], [[2.9], [-0.2]], [[-1.1], [0.6]]])


def relu_of(x: Any) -> Callable[[Namespace], Any]:
    """Return an observation: ReLu(x). The message of an exception also contains the shape of x."""

    def observe(names: Namespace) -> Any:
        try:
            return names.ReLu(x.copy())
        except (TypeError, ValueError) as error:
            error.args = (f"{error} (x has shape {x.shape})",)
            raise

    return observe


def input_after_call(names: Namespace) -> Any:
    """Return the input array as it is after the call."""
    x = np.array([[0.4, -1.5], [-0.2, 3.1], [-0.8, 0.6]])
    names.ReLu(x)
    return x


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Return a question and its answer, a number."""
    x = np.round(rng.uniform(-2, 2, 4), 1)
    return f"x = {x.tolist()}: what is the sum of ReLu(x)?", float(np.maximum(0, x).sum())


EXERCISE = Exercise(
    defines=("ReLu",),
    cases=(
        Case("a vector", relu_of(VECTOR), "ReLu(np.array([0.9, 0.2, 0.1, -0.3, -0.7]))"),
        Case("a matrix", relu_of(MATRIX), "ReLu(np.array([[1.3, -0.4, 2.2], [-2.6, 0.7, -0.1]]))"),
        Case("three axes", relu_of(STACK), "ReLu of an array of shape (3, 2, 1)"),
        Case("large numbers", relu_of(LARGE), "ReLu(np.array([1000, -1000, 7.5, -7.5]))"),
        Case(
            "the input is not modified",
            input_after_call,
            "x after ReLu(x), x = [[0.4, -1.5], [-0.2, 3.1], [-0.8, 0.6]]",
        ),
    ),
    robustness=(
        "large numbers",
        "the input is not modified",
    ),
    quiz=quiz,
)
