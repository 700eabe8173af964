"""Checks of Exercise 2b."""

import numpy as np

from glassnet.lab.exercise import Case, Exercise, call


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Return a question and its answer, a number."""
    row = [int(value) for value in rng.integers(1, 10, 3)]
    return (
        f"x = [{row}, [0, 0, 0]]: what is the second number of the first row of normalizeRows(x), to three decimals?",
        float(row[1] / np.linalg.norm(row)),
    )


SMALL = (0.1, 0.01, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-12)
"""Small constants that are added to avoid a division by 0."""

NORM = "np.linalg.norm(x, axis=1, keepdims=True)"

EXERCISE = Exercise(
    defines=("normalizeRows",),
    cases=(
        Case("two rows", call("normalizeRows", np.array([[8.0, 1.0, 2.0], [3.0, 9.0, 5.0]]))),
        Case(
            "a list of rows",
            call("normalizeRows", [[1.2, -0.5, 3.0, 0.7], [-2.0, 0.1, 0.4, 1.1], [0.3, 5.0, 2.0, -1.0]]),
        ),
        Case("integers", call("normalizeRows", np.array([[2, 7, 1], [5, 3, 9]]))),
        Case(
            "uint8",
            call("normalizeRows", np.array([[200, 100, 50], [3, 4, 12]], dtype=np.uint8)),
            "normalizeRows(np.array([[200, 100, 50], [3, 4, 12]], np.uint8))",
        ),
        Case("a square matrix", call("normalizeRows", np.array([[3.0, 4.0], [6.0, 8.0]]))),
        Case(
            "negative numbers", call("normalizeRows", np.array([[-3.0, 1.0, 0.5], [2.0, -6.0, 1.5], [1.5, -2.0, 0.5]]))
        ),
        Case("one row", call("normalizeRows", np.array([[0.2, -1.4, 2.5, 0.9]]))),
        Case("short rows", call("normalizeRows", np.array([[0.03, -0.04], [-0.6, 0.1], [3e-9, 4e-9]]))),
        Case("a row of zeros", call("normalizeRows", np.array([[1.0, 2.0, 4.0], [0.0, 0.0, 0.0], [-5.0, 0.5, 3.0]]))),
    ),
    robustness=(
        "a list of rows",
        "integers",
        "uint8",
        "short rows",
        "a row of zeros",
    ),
    quiz=quiz,
    variants={
        "small constant added": [
            *(("np.where(norms == 0, 1, norms)", f"norms + {eps}") for eps in SMALL if eps != 1e-8),
            *(("np.where(norms == 0, 1, norms)", f"np.sqrt(norms**2 + {eps})") for eps in SMALL if eps != 1e-10),
            *((NORM, f"np.linalg.norm(x + {eps}, axis=1, keepdims=True)") for eps in SMALL),
            *(("np.where(norms == 0, 1, norms)", f"np.where(norms == 0, 1, norms) + {eps}") for eps in SMALL),
        ],
        "lower limit for norms": [
            ("np.where(norms == 0, 1, norms)", f"np.maximum(norms, {eps})")
            for eps in SMALL
            if eps > 5e-9 and eps != 1e-6
        ],
    },
)
