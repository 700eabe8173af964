"""Checks of Exercise 5."""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from glassnet.lab.exercise import Case, Exercise, Namespace, call

TABLE = np.array([[2.0, -1.0, 30.0], [5.0, 0.5, 10.0], [3.0, 4.0, 20.0], [9.0, -1.0, 70.0]])

CONSTANT = np.array([[4.0, 7.0], [1.0, 7.0], [3.0, 7.0]])

TINY = np.array([[2e-13], [5e-13], [3e-13]])

ROWS = np.array([[6.0, 1.0, -20.0], [4.0, 3.0, 50.0], [-30.0, 11.0, 620.0]])
"""Rows of other data; the last one is far from the mean of every column."""


@cache
def digits() -> Any:
    """Return the pixels of the data set, loaded once."""
    from glassnet.data.sources import load

    return load("digits").X.astype(float)


def statistics(X: Any) -> Callable[[Namespace], Any]:
    """Return an observation: the mean and the std of these columns."""

    def observe(names: Namespace) -> Any:
        pair = names.fit_normalizer(X.copy())
        return {"mean": pair[0], "std": pair[1]} if pair is not None and len(pair) == 2 else pair

    return observe


def with_invalid_value(value: float) -> Callable[[Namespace], Any]:
    """Return an observation: the statistics of a table with an invalid value. Messages of exceptions are replaced."""
    invalid = TABLE.copy()
    invalid[2, 1] = value

    def observe(names: Namespace) -> Any:
        try:
            return names.fit_normalizer(invalid.copy())
        except ValueError as error:
            raise ValueError("with any message").with_traceback(error.__traceback__) from None

    return observe


def other_rows(names: Namespace) -> Any:
    """Return normalized rows: a column, one that is constant in the training set, and one of tiny values."""
    mean, std = names.fit_normalizer(np.hstack([CONSTANT, TINY]))
    return names.normalize(np.array([[2.0, 7.5, 4e-13], [5.0, 6.0, 1e-13]]), mean, std)


def first_digit(names: Namespace) -> Any:
    """Return the 64 normalized values of the first digit."""
    mean, std = names.fit_normalizer(digits().copy())
    return np.asarray(names.normalize(digits().copy(), mean, std))[0]


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Return a question and its answer, a number."""
    a, b, x = (int(rng.integers(low, low + 9)) for low in (1, 12, 25))
    mean, std = (a + b) / 2, (b - a) / 2
    return (
        f"In the training set, a column contains {a}, {b}, {a}, {b}. What is the z-score of {x} in the test set, to "
        "three decimals?",
        (x - mean) / std,
    )


SCALED = "(np.asarray(X) - mean) / std"

SMALL = (1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-12, 1e-15)
"""Small constants that are added to avoid a division by 0."""

EXERCISE = Exercise(
    defines=("fit_normalizer", "normalize"),
    cases=(
        Case("mean and std", statistics(TABLE), "fit_normalizer of a table with 4 rows and 3 columns"),
        Case("a constant column", statistics(CONSTANT), "fit_normalizer([[4, 7], [1, 7], [3, 7]])"),
        Case(
            "a constant column of 0.1", statistics(np.full((1797, 1), 0.1)), "fit_normalizer(np.full((1797, 1), 0.1))"
        ),
        Case("a column of tiny values", statistics(TINY), "fit_normalizer([[2e-13], [5e-13], [3e-13]])"),
        Case("nan: ValueError", with_invalid_value(np.nan), "fit_normalizer of a table that contains nan"),
        Case("inf: ValueError", with_invalid_value(np.inf), "fit_normalizer of a table that contains inf"),
        Case("z-scores of rows", call("normalize", ROWS, np.array([4.0, 1.5, 20.0]), np.array([2.0, 0.8, 25.0]))),
        Case(
            "constant only in the training set",
            other_rows,
            "normalize([[2, 7.5, 4e-13], [5, 6, 1e-13]], mean, std) with the statistics of [[4, 7, 2e-13], [1, 7, "
            "5e-13], [3, 7, 3e-13]]",
        ),
        Case("the first digit", first_digit, "XX[0], with the statistics of all digits"),
    ),
    robustness=(
        "a constant column of 0.1",
        "a column of tiny values",
        "nan: ValueError",
        "inf: ValueError",
        "constant only in the training set",
    ),
    quiz=quiz,
    variants={
        "threshold for std": [
            ("X_train.max(axis=0) == X_train.min(axis=0)", f"std < {eps}") for eps in SMALL if eps > 1e-6
        ],
        "small constant added": [
            *(("np.where(constant, 1.0, std)", f"std + {eps}") for eps in SMALL if eps != 1e-8),
            *(
                ("np.where(constant, 1.0, std)", "std", SCALED, f"(np.asarray(X) - mean) / (std + {eps})")
                for eps in SMALL
            ),
            *((SCALED, f"(np.asarray(X) - mean) / (std + {eps})") for eps in SMALL),
        ],
        "small std for constant columns": [
            ("np.where(constant, 1.0, std)", f"np.where(constant, {eps}, std)")
            for eps in SMALL
            if eps not in (1e-8, 1e-15)
        ],
        "z-scores clipped": [
            *((SCALED, f"np.clip({SCALED}, -{limit}, {limit})") for limit in (1, 2, 2.5, 4, 5, 6, 10)),
            *((SCALED, f"np.clip({SCALED}, {low}, {high})") for low, high in ((0, 1), (None, 3), (-3, None))),
        ],
    },
)
