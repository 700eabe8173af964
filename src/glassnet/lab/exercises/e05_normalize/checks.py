"""Checks of Exercise 5."""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from glassnet.lab.exercise import Case, Exercise, Namespace, call, mistake

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
    number="5",
    title="Standardization (z-scores)",
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
    mistakes=(
        mistake(
            "divides by n - 1",
            "Your std divides the sum of squares by n - 1 (ddof=1, the default in pandas). Divide by n here: the std "
            "of 2, 5, 3, 9 is 2.681, not 3.096.",
            "X_train.std(axis=0)",
            "X_train.std(axis=0, ddof=1)",
        ),
        mistake(
            "variance",
            "You return the variance. The standard deviation is its square root, and has the same unit as the data.",
            "X_train.std(axis=0)",
            "X_train.var(axis=0)",
        ),
        mistake(
            "range",
            "You return the range (maximum minus minimum) instead of the standard deviation.",
            "X_train.std(axis=0)",
            "np.ptp(X_train, axis=0)",
        ),
        mistake(
            "mean absolute deviation",
            "You return the mean absolute deviation. The standard deviation is the square root of the mean of the "
            "squared deviations.",
            "X_train.std(axis=0)",
            "np.abs(X_train - mean).mean(axis=0)",
        ),
        mistake(
            "sum instead of mean",
            "You take the square root of the sum of squares without dividing by n, so more rows give a larger std. "
            "Take the square root of the mean.",
            "X_train.std(axis=0)",
            "X_train.std(axis=0) * len(X_train) ** 0.5",
        ),
        mistake(
            "no special case for constant columns",
            "Your std is 0 for a constant column, so normalize computes 0 / 0, which is nan. Return 1 for such a "
            "column.",
            "np.where(constant, 1.0, std)",
            "std",
        ),
        mistake(
            "nan replaced afterwards",
            "Your std is 0 for a constant column, and you replace the resulting nan with nan_to_num. That works for "
            "0 / 0. But in the test set the column may vary: 0.5 / 0 is inf, which nan_to_num turns into 1.8e308. "
            "Return std 1 for such a column.",
            "np.where(constant, 1.0, std)",
            "std",
            SCALED,
            f"np.nan_to_num({SCALED})",
        ),
        mistake(
            "compares std with 0",
            "You detect constant columns with std == 0. Because of rounding errors, the std of 1797 values of 0.1 is "
            "1.4e-17, not 0, and dividing by it amplifies the errors. Compare the minimum and maximum of the column.",
            "X_train.max(axis=0) == X_train.min(axis=0)",
            "std == 0",
        ),
        mistake(
            "compares first and last",
            "You treat a column as constant if its first and last values are equal, but the values in between may "
            "differ. Compare the minimum and maximum of the column.",
            "X_train.max(axis=0) == X_train.min(axis=0)",
            "X_train[0] == X_train[-1]",
        ),
        mistake(
            "threshold for std",
            "You treat a column as constant if its std is small. But 2e-13, 5e-13, 3e-13 vary; in another unit they "
            "would be 2, 5, 3. Compare the minimum and maximum of the column.",
            "X_train.max(axis=0) == X_train.min(axis=0)",
            "std < 1e-9",
            variants=[("X_train.max(axis=0) == X_train.min(axis=0)", f"std < {eps}") for eps in SMALL if eps > 1e-6],
        ),
        mistake(
            "small constant added",
            "You add a small constant to every std, or divide by std plus a constant, to avoid 0. A constant column "
            "then has a tiny std: with 1e-8, a deviation of 0.5 in the test set becomes 50 million. Return 1 for "
            "constant columns, and do not change the others.",
            "np.where(constant, 1.0, std)",
            "std + 1e-8",
            variants=[
                *(("np.where(constant, 1.0, std)", f"std + {eps}") for eps in SMALL if eps != 1e-8),
                *(
                    ("np.where(constant, 1.0, std)", "std", SCALED, f"(np.asarray(X) - mean) / (std + {eps})")
                    for eps in SMALL
                ),
                *((SCALED, f"(np.asarray(X) - mean) / (std + {eps})") for eps in SMALL),
            ],
        ),
        mistake(
            "small std for constant columns",
            "Your std is a tiny number for a constant column. With 1e-8, a deviation of 0.5 in the test set becomes 50 "
            "million. Return 1 for such a column.",
            "np.where(constant, 1.0, std)",
            "np.where(constant, 1e-8, std)",
            variants=[
                ("np.where(constant, 1.0, std)", f"np.where(constant, {eps}, std)")
                for eps in SMALL
                if eps not in (1e-8, 1e-15)
            ],
        ),
        mistake(
            "rows instead of columns",
            "You compute the mean and std of each row. The features are the columns, and each has its own "
            "statistics: axis=0.",
            "X_train.mean(axis=0)",
            "X_train.mean(axis=1)",
            "X_train.std(axis=0)",
            "X_train.std(axis=1)",
            "X_train.max(axis=0) == X_train.min(axis=0)",
            "X_train.max(axis=1) == X_train.min(axis=1)",
        ),
        mistake(
            "one mean for the whole table",
            "You compute one mean and one std for the whole table. Each column has its own statistics: axis=0.",
            "X_train.mean(axis=0)",
            "X_train.mean()",
            "X_train.std(axis=0)",
            "X_train.std()",
            "X_train.max(axis=0) == X_train.min(axis=0)",
            "X_train.max() == X_train.min()",
            variants=[
                (
                    "X_train.mean(axis=0)",
                    "X_train.mean()",
                    "X_train.std(axis=0)",
                    std,
                    "np.where(constant, 1.0, std)",
                    divisor,
                )
                for std in ("X_train.std()", "X_train.std(axis=0)", "np.sqrt(((X_train - mean) ** 2).mean(axis=0))")
                for divisor in ("np.where(constant, 1.0, std)", "std")
            ],
        ),
        mistake(
            "one std for the whole table",
            "Your mean has a number for each column, but your std is one number for the whole table. Each column has "
            "its own: axis=0.",
            "X_train.std(axis=0)",
            "X_train.std()",
            variants=[("X_train.std(axis=0)", "X_train.std()", "np.where(constant, 1.0, std)", "std")],
        ),
        mistake(
            "mean 0 for constant columns",
            "Your mean is 0 for a constant column, so its values do not change. Only its std is replaced (by 1). "
            "Return the actual mean, so that the column becomes 0.",
            "return mean, np.where",
            "return np.where(constant, 0.0, mean), np.where",
        ),
        mistake(
            "keepdims",
            "Your mean and std have shape (1, features), because of keepdims=True. Return shape (features,), which "
            "broadcasts to every row as well.",
            "X_train.mean(axis=0)",
            "X_train.mean(axis=0, keepdims=True)",
            "X_train.std(axis=0)",
            "X_train.std(axis=0, keepdims=True)",
        ),
        mistake(
            "return values swapped",
            "You return std first and mean second. The order is (mean, std).",
            "return mean, np.where(constant, 1.0, std)",
            "return np.where(constant, 1.0, std), mean",
        ),
        mistake(
            "accepts nan and inf",
            "You accept data with nan or inf. A single one makes the mean and std of its column nan or inf, and with "
            "them all normalized values. Raise ValueError unless np.isfinite(X_train).all().",
            "not np.isfinite(X_train).all()",
            "False",
        ),
        mistake(
            "accepts inf",
            "You reject nan but accept inf, which gives mean inf and std nan. np.isfinite detects both.",
            "not np.isfinite(X_train).all()",
            "np.isnan(X_train).any()",
        ),
        mistake(
            "accepts nan",
            "You reject inf but accept nan, so the mean and std of its column are nan. np.isfinite detects both.",
            "not np.isfinite(X_train).all()",
            "np.isinf(X_train).any()",
        ),
        mistake(
            "statistics of the given rows",
            "normalize computes the mean and std of the rows it receives. Then a row's result depends on the other "
            "rows, and the test set is scaled differently from the training set. Use the mean and std from the "
            "arguments.",
            SCALED,
            "(np.asarray(X) - np.mean(X, axis=0)) / np.std(X, axis=0)",
        ),
        mistake(
            "fits again",
            "normalize calls fit_normalizer on the rows it receives. Then a row's result depends on the other rows, "
            "and the test set is scaled differently from the training set. Use the mean and std from the arguments.",
            SCALED,
            "(np.asarray(X) - fit_normalizer(X)[0]) / fit_normalizer(X)[1]",
        ),
        mistake(
            "missing parentheses",
            "You divide only the mean: X - mean / std. Subtract first, in parentheses: (X - mean) / std.",
            SCALED,
            "np.asarray(X) - mean / std",
        ),
        mistake(
            "adds the mean",
            "normalize adds the mean. Subtract it.",
            SCALED,
            "(np.asarray(X) + mean) / std",
        ),
        mistake(
            "wrong sign",
            "Values above the mean become negative. It is X - mean, not mean - X.",
            SCALED,
            "(mean - np.asarray(X)) / std",
        ),
        mistake(
            "z-scores clipped",
            "normalize limits the z-scores, so values far from the mean all become the same number. Outliers may be "
            "errors, but that is another decision. Return (X - mean) / std unchanged.",
            SCALED,
            f"np.clip({SCALED}, -3, 3)",
            variants=[
                *((SCALED, f"np.clip({SCALED}, -{limit}, {limit})") for limit in (1, 2, 2.5, 4, 5, 6, 10)),
                *((SCALED, f"np.clip({SCALED}, {low}, {high})") for low, high in ((0, 1), (None, 3), (-3, None))),
            ],
        ),
        mistake("multiplies", "You multiply by std. Divide by it.", SCALED, "(np.asarray(X) - mean) * std"),
        mistake(
            "no division", "normalize subtracts the mean but does not divide by std.", SCALED, "np.asarray(X) - mean"
        ),
        mistake(
            "divides by 16",
            "You divide by 16, the largest pixel value. That is another way of scaling. z-scores are (X - mean) / std.",
            SCALED,
            "np.asarray(X) / 16",
        ),
    ),
    hints=(
        "Along which axis do you average to get the mean of a column? And which of the two functions may look at the "
        "test set?",
        "In fit_normalizer, check np.isfinite, compute mean and std with axis=0, and use 1 where the maximum and "
        "minimum of a column are equal. normalize is one line and computes no statistics.",
        "constant = X_train.max(axis=0) == X_train.min(axis=0); return mean, np.where(constant, 1.0, std). And: "
        "(X - mean) / std.",
    ),
    explanation="mean and std have shape (features,), so they broadcast to every row of X. With std 1, a constant "
    "column becomes 0 in the training set and stays finite in other data. This does happen: in many random splits of "
    "the digits, pixels 24 or 56 are constant in the training set but not in the test set.",
    library="data/scaling.py Standardize",
    question="z-scores give every pixel the same weight, even a pixel at the border that is almost always 0. For "
    "larger networks on the digits, dividing all pixels by 16 works slightly better. Why might that be?",
    quiz=quiz,
)
