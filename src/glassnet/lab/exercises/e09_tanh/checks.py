"""Checks of Exercise 9."""

from typing import Any

import numpy as np

from glassnet.lab.exercise import Case, Exercise, Namespace, call

MATRIX = np.array([[1.3, -0.4, 2.2], [-2.6, 0.7, -0.1]])

STACK = np.array([[[0.3], [-1.7]], [[2.9], [-0.2]], [[-1.1], [0.6]]])


def tiny(names: Namespace) -> dict[str, Any]:
    """Return results for tiny numbers. The digits at 1e-12 depend on the formula, so only the accuracy is observed."""
    small = np.asarray(names.Tanh(np.array([1e-12, -3e-12])), dtype=float)
    return {
        "accurate to six digits for 1e-12 and -3e-12": np.allclose(small, [1e-12, -3e-12], rtol=1e-6, atol=0),
        "for 1e-17 and -2e-18": names.Tanh(np.array([1e-17, -2e-18])),
    }


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Return a question and its answer, a number."""
    x = float(round(rng.uniform(0.2, 1.5), 1))
    return f"What is tanh(x) = (e^x - e^-x) / (e^x + e^-x) for x = {x}, to three decimals?", float(np.tanh(x))


EXERCISE = Exercise(
    defines=("Tanh",),
    cases=(
        Case("a vector", call("Tanh", np.array([0.9, 0.2, 0.1, -0.3, -0.7]))),
        Case("a matrix", call("Tanh", MATRIX)),
        Case("three axes", call("Tanh", STACK)),
        Case("small numbers", call("Tanh", np.array([0.04, -0.03, 0.01]))),
        Case("moderate numbers", call("Tanh", np.array([5.5, -6.5, 4.0]))),
        Case("large numbers", call("Tanh", np.array([710.0, -710.0, 1000.0, -1000.0, 0.4]))),
        Case("tiny numbers", tiny, "Tanh(np.array([1e-12, -3e-12])) and Tanh(np.array([1e-17, -2e-18]))"),
    ),
    robustness=(
        "large numbers",
        "tiny numbers",
    ),
    quiz=quiz,
)
