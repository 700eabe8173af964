"""Checks of Exercise 2c."""

import numpy as np

from glassnet.lab.exercise import Case, Exercise, call

FIVE = np.array([0.9, 0.2, 0.1, 0.4, 0.9]), np.array([1, 0, 0, 1, 1])

SIX = [0.1, 0.7, 0.4, 0.7, 0.8, 0.2], [1, 0, 0, 1, 1, 0]

TOO_HIGH = np.array([3.0, -0.5, 7.5, 2.0]), np.array([1.0, -2.25, 4.0, 2.5])

UINT8 = np.array([3, 1, 200, 9], dtype=np.uint8), np.array([1, 3, 9, 200], dtype=np.uint8)
"""Each pair of values in both orders, so that y - yhat and yhat - y wrap around to the same sum."""

INT8 = np.array([100, -90, 7], dtype=np.int8), np.array([-100, 90, 5], dtype=np.int8)

COLUMN = FIVE[1].reshape(5, 1)


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Return a question and its answer, a number."""
    y = rng.integers(0, 2, 3)
    yhat = np.round(rng.uniform(0.05, 0.95, 3), 1)
    return (
        f"yhat = {yhat.tolist()}, y = {y.tolist()}: what is L1(yhat, y) plus L2(yhat, y), to three decimals?",
        float(np.abs(y - yhat).sum() + ((y - yhat) ** 2).sum()),
    )


EXERCISE = Exercise(
    defines=("L1", "L2"),
    cases=(
        Case("L1 of arrays", call("L1", *FIVE)),
        Case("L1 of lists", call("L1", *SIX)),
        Case("L1, other values", call("L1", *TOO_HIGH)),
        Case("L1 of uint8", call("L1", *UINT8), "L1 of [3, 1, 200, 9] and [1, 3, 9, 200], as uint8"),
        Case("L1 of int8", call("L1", *INT8), "L1 of [100, -90, 7] and [-100, 90, 5], as int8"),
        Case("L1 of a vector and a column: ValueError", call("L1", FIVE[0], COLUMN)),
        Case("L1 of different lengths: ValueError", call("L1", FIVE[0], np.array([1]))),
        Case("L2 of arrays", call("L2", *FIVE)),
        Case("L2 of lists", call("L2", *SIX)),
        Case("L2, other values", call("L2", *TOO_HIGH)),
        Case("L2 of uint8", call("L2", *UINT8), "L2 of [3, 1, 200, 9] and [1, 3, 9, 200], as uint8"),
        Case("L2 of int8", call("L2", *INT8), "L2 of [100, -90, 7] and [-100, 90, 5], as int8"),
        Case("L2 of a vector and a column: ValueError", call("L2", FIVE[0], COLUMN)),
        Case("L2 of different lengths: ValueError", call("L2", FIVE[0], np.array([1]))),
    ),
    robustness=(
        "L1 of lists",
        "L1 of uint8",
        "L1 of int8",
        "L1 of a vector and a column: ValueError",
        "L1 of different lengths: ValueError",
        "L2 of lists",
        "L2 of uint8",
        "L2 of int8",
        "L2 of a vector and a column: ValueError",
        "L2 of different lengths: ValueError",
    ),
    quiz=quiz,
)
