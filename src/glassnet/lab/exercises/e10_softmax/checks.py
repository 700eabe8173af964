"""Checks of Exercise 10."""

import numpy as np

from glassnet.lab.exercise import Case, Exercise, call

TWO_ROWS = [[1, 2, 3], [1, 2, 3]]

SCORES = np.array([[0.3, -1.2, 2.0], [1.5, 0.1, -0.4]])


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Return a question and its answer, a number."""
    x = np.round(rng.uniform(-1, 1, 3), 1)
    e = np.exp(x)
    return f"x = {x.tolist()}: what is the second number of Softmax(x), to three decimals?", float(e[1] / e.sum())


EXERCISE = Exercise(
    defines=("Softmax",),
    cases=(
        Case("a vector", call("Softmax", np.array([0.9, 0.2, 0.1, -0.3, -0.7]))),
        Case("two equal rows", call("Softmax", TWO_ROWS)),
        Case("different rows", call("Softmax", SCORES)),
        Case("columns (axis=0)", call("Softmax", SCORES.T, axis=0)),
        Case("one column (axis=0)", call("Softmax", np.array([[0.9], [0.2], [-0.7]]), axis=0)),
        Case("large scores", call("Softmax", [[1000.0, 1001.0, 1002.0], [3.0, 1.0, 2.0]])),
        Case("large negative scores", call("Softmax", [[-1000.0, -1001.0, -1002.0], [3.0, 1.0, 2.0]])),
        Case("scores with large differences", call("Softmax", [[2000.0, 0.0, 3.0], [-2000.0, 2.0, 2.0]])),
    ),
    robustness=(
        "two equal rows",
        "large scores",
        "large negative scores",
        "scores with large differences",
    ),
    quiz=quiz,
)
