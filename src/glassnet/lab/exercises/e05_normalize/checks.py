"""How Exercise 5 is checked."""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from glassnet.lab.exercise import Case, Exercise, Names, call, wrong

TABLE = np.array([[2.0, -1.0, 30.0], [5.0, 0.5, 10.0], [3.0, 4.0, 20.0], [9.0, -1.0, 70.0]])

CONSTANT = np.array([[4.0, 7.0], [1.0, 7.0], [3.0, 7.0]])

TINY = np.array([[2e-13], [5e-13], [3e-13]])

ROWS = np.array([[6.0, 1.0, -20.0], [4.0, 3.0, 50.0]])


@cache
def digits() -> Any:
    """The data set, read when it is first asked for."""
    from glassnet.data.sources import load

    return load("digits").X.astype(float)


def statistics(X: Any) -> Callable[[Names], Any]:
    """Return what asks an answer for the mean and the std of these columns, by name."""

    def observe(names: Names) -> Any:
        pair = names.fit_normalizer(X.copy())
        return {"mean": pair[0], "std": pair[1]} if pair is not None and len(pair) == 2 else pair

    return observe


def with_one(value: float) -> Callable[[Names], Any]:
    """Return what has a spoilt table measured; the words of the ValueError are the learner's own."""
    spoilt = TABLE.copy()
    spoilt[2, 1] = value

    def observe(names: Names) -> Any:
        try:
            return names.fit_normalizer(spoilt.copy())
        except ValueError as error:
            raise ValueError("in words of your own").with_traceback(error.__traceback__) from None

    return observe


def other_rows(names: Names) -> Any:
    """Return rows in which a column varies that is constant in the training part."""
    mean, std = names.fit_normalizer(CONSTANT.copy())
    return names.normalize(np.array([[2.0, 7.5], [5.0, 6.0]]), mean, std)


def first_digit(names: Names) -> Any:
    """Return the 64 numbers of the first digit."""
    mean, std = names.fit_normalizer(digits().copy())
    return np.asarray(names.normalize(digits().copy(), mean, std))[0]


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Ask for one number."""
    a, b, x = (int(rng.integers(low, low + 9)) for low in (1, 12, 25))
    mean, std = (a + b) / 2, (b - a) / 2
    return (
        f"In the training part a column holds {a}, {b}, {a}, {b}. Normalized with its mean and std, which number does "
        f"{x} in the test part become, to three decimals?",
        (x - mean) / std,
    )


SCALED = "(np.asarray(X) - mean) / std"

EXERCISE = Exercise(
    number="5",
    title="Normalize",
    defines=("fit_normalizer", "normalize"),
    cases=(
        Case("mean and std", statistics(TABLE), "fit_normalizer of a table of 4 rows and 3 columns"),
        Case("a constant column", statistics(CONSTANT), "fit_normalizer([[4, 7], [1, 7], [3, 7]])"),
        Case("1797 times 0.1", statistics(np.full((1797, 1), 0.1)), "fit_normalizer(np.full((1797, 1), 0.1))"),
        Case("a column of tiny numbers", statistics(TINY), "fit_normalizer([[2e-13], [5e-13], [3e-13]])"),
        Case("nan", with_one(np.nan), "fit_normalizer of a table with a nan in it"),
        Case("inf", with_one(np.inf), "fit_normalizer of a table with an inf in it"),
        Case("rows", call("normalize", ROWS, np.array([4.0, 1.5, 20.0]), np.array([2.0, 0.8, 25.0]))),
        Case(
            "constant in the training part only",
            other_rows,
            "normalize([[2, 7.5], [5, 6]], mean, std) with mean and std of [[4, 7], [1, 7], [3, 7]]",
        ),
        Case("the first digit", first_digit, "XX[0], with mean and std of all digits"),
    ),
    wrongs=(
        wrong(
            "divides by n - 1",
            "Your std divides the sum of squares by n - 1 (ddof=1, as pandas does); here it is divided by n. The std "
            "of 2, 5, 3, 9 is 2.681 and not 3.096.",
            "X_train.std(axis=0)",
            "X_train.std(axis=0, ddof=1)",
        ),
        wrong(
            "the variance",
            "You return the variance. The standard deviation is its square root, and has the unit of the data.",
            "X_train.std(axis=0)",
            "X_train.var(axis=0)",
        ),
        wrong(
            "largest minus smallest",
            "You return largest minus smallest in place of the standard deviation.",
            "X_train.std(axis=0)",
            "np.ptp(X_train, axis=0)",
        ),
        wrong(
            "the absolute difference",
            "You take the mean absolute difference from the mean. The standard deviation squares the differences, "
            "takes their mean, and then the root.",
            "X_train.std(axis=0)",
            "np.abs(X_train - mean).mean(axis=0)",
        ),
        wrong(
            "no square root of n",
            "You take the root of the sum of squares without dividing by n first; twice as many rows would give a "
            "larger std. Take the root of the mean.",
            "X_train.std(axis=0)",
            "X_train.std(axis=0) * len(X_train) ** 0.5",
        ),
        wrong(
            "constant columns are forgotten",
            "The std of a constant column is 0 with you, and normalizing divides by it: 0 / 0 is nan. Return 1 there.",
            "np.where(constant, 1.0, std)",
            "std",
        ),
        wrong(
            "nan becomes 0 afterwards",
            "The std of a constant column is 0, and you repair what comes of it with nan_to_num. That helps for 0 / "
            "0. But in the test part the column may vary: 0.5 / 0 is inf, and nan_to_num makes 1.8e308 of it. Return "
            "std 1 there.",
            "np.where(constant, 1.0, std)",
            "std",
            SCALED,
            f"np.nan_to_num({SCALED})",
        ),
        wrong(
            "compares std with 0",
            "You look for constant columns by std == 0. Rounding makes the std of 1797 times 0.1 come out as "
            "1.4e-17: not 0, and dividing by it blows rounding errors up. Compare the column's largest and smallest "
            "number.",
            "X_train.max(axis=0) == X_train.min(axis=0)",
            "std == 0",
        ),
        wrong(
            "first and last are compared",
            "You take a column for constant when its first and its last number are equal. In between it may vary: "
            "compare the column's largest and smallest number.",
            "X_train.max(axis=0) == X_train.min(axis=0)",
            "X_train[0] == X_train[-1]",
        ),
        wrong(
            "takes tiny for constant",
            "You take a column for constant when its std is small. 2e-13, 5e-13, 3e-13 do vary; in another unit they "
            "would be 2, 5, 3. Compare the column's largest and smallest number.",
            "X_train.max(axis=0) == X_train.min(axis=0)",
            "std < 1e-9",
        ),
        wrong(
            "a small number is added",
            "You add 1e-8 to every std, so that none is 0. A constant column gets 1e-8: where it is off by 0.5 in "
            "the test part, 50 million comes out. Leave the others alone, and return 1 where a column is constant.",
            "np.where(constant, 1.0, std)",
            "std + 1e-8",
        ),
        wrong(
            "a small number for constant columns",
            "A constant column gets std 1e-8: where it is off by 0.5 in the test part, 50 million comes out. Return "
            "1 there.",
            "np.where(constant, 1.0, std)",
            "np.where(constant, 1e-8, std)",
        ),
        wrong(
            "per row",
            "You compute the mean and std of every row. The columns are the features, and each has its own: axis=0.",
            "X_train.mean(axis=0)",
            "X_train.mean(axis=1)",
            "X_train.std(axis=0)",
            "X_train.std(axis=1)",
            "X_train.max(axis=0) == X_train.min(axis=0)",
            "X_train.max(axis=1) == X_train.min(axis=1)",
        ),
        wrong(
            "one for everything",
            "You compute one mean and one std over the whole table. Every column has its own: axis=0.",
            "X_train.mean(axis=0)",
            "X_train.mean()",
            "X_train.std(axis=0)",
            "X_train.std()",
            "X_train.max(axis=0) == X_train.min(axis=0)",
            "X_train.max() == X_train.min()",
        ),
        wrong(
            "constant columns get mean 0",
            "A constant column gets mean 0 with you, so it keeps its value. Its std is 1 by agreement; its mean is "
            "the mean, so that it becomes 0.",
            "return mean, np.where",
            "return np.where(constant, 0.0, mean), np.where",
        ),
        wrong(
            "tables of one row",
            "Your mean and std have shape (1, features), because of keepdims=True. Asked for is (features,), which "
            "broadcasting lays under every row just as well.",
            "X_train.mean(axis=0)",
            "X_train.mean(axis=0, keepdims=True)",
            "X_train.std(axis=0)",
            "X_train.std(axis=0, keepdims=True)",
        ),
        wrong(
            "std first",
            "You return std first and mean second; asked for is (mean, std).",
            "return mean, np.where(constant, 1.0, std)",
            "return np.where(constant, 1.0, std), mean",
        ),
        wrong(
            "nan and inf are let through",
            "Data with nan or inf are not refused. One of them spoils mean and std of its column, and with them all "
            "that is normalized afterwards. Raise ValueError unless np.isfinite(X_train).all().",
            "not np.isfinite(X_train).all()",
            "False",
        ),
        wrong(
            "inf is let through",
            "You refuse nan, and let inf through: its column gets mean inf and std nan. np.isfinite finds both.",
            "not np.isfinite(X_train).all()",
            "np.isnan(X_train).any()",
        ),
        wrong(
            "nan is let through",
            "You refuse inf, and let nan through: mean and std of its column become nan. np.isfinite finds both.",
            "not np.isfinite(X_train).all()",
            "np.isinf(X_train).any()",
        ),
        wrong(
            "statistics of the rows at hand",
            "normalize measures mean and std anew on the rows it gets. A row would come out differently depending on "
            "its company, and the network would get the test part in another scale. Use the mean and std that are "
            "handed in.",
            SCALED,
            "(np.asarray(X) - np.mean(X, axis=0)) / np.std(X, axis=0)",
        ),
        wrong(
            "measured anew",
            "normalize calls fit_normalizer on the rows it gets. A row would come out differently depending on its "
            "company, and the network would get the test part in another scale. Use the mean and std that are handed "
            "in.",
            SCALED,
            "(np.asarray(X) - fit_normalizer(X)[0]) / fit_normalizer(X)[1]",
        ),
        wrong(
            "the brackets",
            "You divide only the mean: X - mean / std. First the difference, in brackets, then the division: (X - "
            "mean) / std.",
            SCALED,
            "np.asarray(X) - mean / std",
        ),
        wrong(
            "adds the mean",
            "normalize adds the mean; it has to be subtracted.",
            SCALED,
            "(np.asarray(X) + mean) / std",
        ),
        wrong(
            "the sign",
            "Numbers above the mean come out negative: it is X - mean, not mean - X.",
            SCALED,
            "(mean - np.asarray(X)) / std",
        ),
        wrong("multiplies", "You multiply by std; divide by it.", SCALED, "(np.asarray(X) - mean) * std"),
        wrong(
            "no division", "normalize subtracts the mean, and does not divide by std.", SCALED, "np.asarray(X) - mean"
        ),
        wrong(
            "divides by 16",
            "You divide by 16, the largest pixel. That is a scaling, too, but not this one: z-scores are (X - mean) "
            "/ std.",
            SCALED,
            "np.asarray(X) / 16",
        ),
    ),
    hints=(
        "Which axis is added up for the mean of a column? And which of the two functions may look at the test part?",
        "fit_normalizer: check np.isfinite, take mean and std along axis 0, put 1 where the largest and the smallest "
        "number of a column are equal. normalize is one line, and computes no mean of its own.",
        "constant = X_train.max(axis=0) == X_train.min(axis=0); return mean, np.where(constant, 1.0, std). And: "
        "(X - mean) / std.",
    ),
    why="mean and std have shape (features,); broadcasting lays them under every row of X. With std 1 a constant "
    "column becomes 0 in the training part, and stays a finite number in others. In many random splits of the "
    "digits, pixels 24 or 56 are constant in the training part and not in the test part, so this does happen.",
    library="data/preprocessing.py Standardize",
    question="z-scores give every pixel the same weight, also one at the border that is hardly ever touched. For a "
    "larger network on the digits, dividing all by 16 works a little better. Why might that be?",
    quiz=quiz,
)
