"""Checks of Exercise 2c."""

import numpy as np

from glassnet.lab.exercise import Case, Exercise, call, mistake

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


FLOATS_1 = "yhat, y = np.asarray(yhat, dtype=float), np.asarray(y, dtype=float)"

FLOATS_2 = "guess, truth = np.asarray(yhat, dtype=float), np.asarray(y, dtype=float)"

NOT_CONVERTED_1 = FLOATS_1, "yhat, y = np.asarray(yhat), np.asarray(y)"

NOT_CONVERTED_2 = FLOATS_2, "guess, truth = np.asarray(yhat), np.asarray(y)"

NO_CHECK_1 = "if yhat.shape != y.shape:", "if False:"

NO_CHECK_2 = "if guess.shape != truth.shape:", "if False:"

ABSOLUTE, SQUARED = "np.sum(np.abs(y - yhat))", "np.sum((truth - guess) ** 2)"

EXERCISE = Exercise(
    number="2c",
    title="L1 and L2 loss",
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
    mistakes=(
        mistake(
            "arguments not converted or checked",
            "The formulas are correct, but you neither convert nor check the arguments. Lists cannot be subtracted. "
            "uint8 wraps around: 1 - 3 gives 254. NumPy broadcasts (5,) minus (5, 1) to (5, 5), which gives 12.5 "
            "instead of 1.1. Use np.asarray(..., dtype=float), then raise ValueError if the shapes differ.",
            FLOATS_1,
            "",
            "if yhat.shape != y.shape:",
            "if False:",
            FLOATS_2,
            "guess, truth = yhat, y",
            *NO_CHECK_2,
        ),
        mistake(
            "uint8 and shapes",
            "The formulas are correct for floats of equal shape. But uint8 wraps around: 1 - 3 gives 254. And NumPy "
            "broadcasts (5,) minus (5, 1) to (5, 5), which gives 12.5 instead of 1.1. Use np.asarray(..., "
            "dtype=float), then raise ValueError if the shapes differ.",
            *NOT_CONVERTED_1,
            *NO_CHECK_1,
            *NOT_CONVERTED_2,
            *NO_CHECK_2,
        ),
        mistake(
            "L1: uint8 overflows",
            "L1 subtracts in uint8, which has no negative numbers and wraps around: 1 - 3 gives 254. Convert both "
            "arguments to floats first: np.asarray(y, dtype=float).",
            *NOT_CONVERTED_1,
        ),
        mistake(
            "L2: uint8 overflows",
            "L2 computes in uint8, which wraps around: 1 - 3 gives 254, and a square above 255 wraps around as well. "
            "Convert both arguments to floats first: np.asarray(y, dtype=float).",
            *NOT_CONVERTED_2,
        ),
        mistake(
            "L2: uint8 overflows before the square",
            "L2 subtracts in uint8, which wraps around: 1 - 3 gives 254. You convert to floats only after the "
            "subtraction, which is too late. Convert both arguments first: np.asarray(y, dtype=float).",
            FLOATS_2,
            "guess, truth = np.asarray(yhat), np.asarray(y)",
            SQUARED,
            "np.sum((truth - guess).astype(float) ** 2)",
        ),
        mistake(
            "L1: broadcasts",
            "L1 does not compare the shapes. NumPy broadcasts (5,) minus (5, 1) to (5, 5), and the sum of 25 "
            "differences is 12.5 instead of 1.1. Raise ValueError if yhat.shape != y.shape.",
            *NO_CHECK_1,
        ),
        mistake(
            "L2: broadcasts",
            "L2 does not compare the shapes. NumPy broadcasts (5,) minus (5, 1) to (5, 5), and the sum of 25 squares "
            "is 9.15 instead of 0.43. Raise ValueError if yhat.shape != y.shape.",
            *NO_CHECK_2,
        ),
        mistake(
            "L1: compares only ndim",
            "L1 compares only the number of axes. (5,) and (1,) both have one axis, and NumPy broadcasts the single "
            "number. Compare the whole shapes: yhat.shape != y.shape.",
            "if yhat.shape != y.shape:",
            "if yhat.ndim != y.ndim:",
        ),
        mistake(
            "L1: compares only the lengths",
            "L1 compares only len. (5,) and (5, 1) both have length 5, and NumPy broadcasts them to (5, 5). Compare "
            "the whole shapes: yhat.shape != y.shape.",
            "if yhat.shape != y.shape:",
            "if len(yhat) != len(y):",
        ),
        mistake(
            "L2: compares only ndim",
            "L2 compares only the number of axes. (5,) and (1,) both have one axis, and NumPy broadcasts the single "
            "number. Compare the whole shapes: yhat.shape != y.shape.",
            "if guess.shape != truth.shape:",
            "if guess.ndim != truth.ndim:",
        ),
        mistake(
            "L2: compares only the lengths",
            "L2 compares only len. (5,) and (5, 1) both have length 5, and NumPy broadcasts them to (5, 5). Compare "
            "the whole shapes: yhat.shape != y.shape.",
            "if guess.shape != truth.shape:",
            "if len(guess) != len(truth):",
        ),
        mistake(
            "columns flattened",
            "L1 and L2 flatten their arguments, so a vector and a column are subtracted pairwise. That only guesses "
            "what the caller meant. Raise ValueError if the shapes differ.",
            FLOATS_1,
            "yhat, y = np.ravel(yhat).astype(float), np.ravel(y).astype(float)",
            FLOATS_2,
            "guess, truth = np.ravel(yhat).astype(float), np.ravel(y).astype(float)",
        ),
        mistake(
            "L1: errors cancel",
            "L1 sums the signed errors, so errors of +0.5 and -0.5 cancel. Take the absolute value of each error: "
            "np.abs(y - yhat).",
            ABSOLUTE,
            "np.sum(y - yhat)",
        ),
        mistake(
            "L1: errors cancel, yhat - y",
            "L1 sums the signed errors yhat - y, so errors of +0.5 and -0.5 cancel. Take the absolute value of each "
            "error: np.abs(y - yhat).",
            ABSOLUTE,
            "np.sum(yhat - y)",
        ),
        mistake(
            "L1: absolute value of the sum",
            "L1 takes the absolute value of the sum, when +0.5 and -0.5 have already canceled. Take the absolute "
            "value of each error first: np.sum(np.abs(y - yhat)).",
            ABSOLUTE,
            "np.abs(np.sum(y - yhat))",
        ),
        mistake(
            "L1: mean",
            "L1 returns the mean of the absolute errors. Here the loss is their sum: do not divide by m.",
            ABSOLUTE,
            "np.mean(np.abs(y - yhat))",
        ),
        mistake(
            "L1: no sum",
            "L1 returns the absolute errors, one per prediction. The loss is a single number: their sum.",
            ABSOLUTE,
            "np.abs(y - yhat)",
        ),
        mistake(
            "L1: maximum",
            "L1 returns the largest absolute error. The loss is the sum of all of them.",
            ABSOLUTE,
            "np.max(np.abs(y - yhat))",
        ),
        mistake(
            "L1: squares",
            "L1 sums the squared errors, which is L2. Use the absolute values.",
            ABSOLUTE,
            "np.sum((y - yhat) ** 2)",
        ),
        mistake(
            "L2: square root",
            "L2 takes the square root of the sum: 0.656 for the five numbers instead of 0.43. That is the Euclidean "
            "norm. Here the loss is the sum of squares.",
            SQUARED,
            "np.sqrt(np.sum((truth - guess) ** 2))",
        ),
        mistake(
            "L2: mean",
            "L2 returns the mean of the squared errors. Here the loss is their sum: do not divide by m.",
            SQUARED,
            "np.mean((truth - guess) ** 2)",
        ),
        mistake(
            "L2: factor 1/2",
            "L2 returns half of the sum. Some books use the factor 1/2 to simplify the derivative. Here there is no "
            "factor.",
            SQUARED,
            "np.sum((truth - guess) ** 2) / 2",
        ),
        mistake(
            "L2: square of the sum",
            "L2 squares the sum of the errors, in which +0.5 and -0.5 have already canceled. Square each error "
            "first: np.sum((y - yhat) ** 2).",
            SQUARED,
            "np.sum(truth - guess) ** 2",
        ),
        mistake(
            "L2: no sum",
            "L2 returns the squared errors, one per prediction. The loss is a single number: their sum.",
            SQUARED,
            "(truth - guess) ** 2",
        ),
        mistake(
            "L2: no square",
            "L2 sums the absolute errors, which is L1. Use the squares.",
            SQUARED,
            "np.sum(np.abs(truth - guess))",
        ),
        mistake(
            "L2: doubled",
            "L2 multiplies each error by 2 instead of squaring it: ** is the power operator, and * is the product.",
            SQUARED,
            "np.sum((truth - guess) * 2)",
        ),
        mistake(
            "L2: difference of squares",
            "L2 squares y and yhat separately and then subtracts. (1 - 3)² is 4, but 1² - 3² is -8. Subtract first, "
            "then square.",
            SQUARED,
            "np.sum(truth ** 2 - guess ** 2)",
        ),
    ),
    hints=(
        "Write down the five errors of the first example, and the terms of the sums in L1 and L2. Then find out what "
        "NumPy subtracts for shapes (5,) and (5, 1).",
        "Both functions take three steps: convert to float arrays, raise ValueError if the shapes differ, and sum "
        "np.abs(y - yhat) or its squares.",
        "yhat, y = np.asarray(yhat, dtype=float), np.asarray(y, dtype=float); if yhat.shape != y.shape: raise "
        'ValueError("..."); then np.sum(np.abs(y - yhat)), or np.sum((y - yhat) ** 2).',
    ),
    explanation="With the absolute value or the square, every error counts, whatever its sign. The square grows "
    "faster than the error: twice the error costs four times as much. The constant that minimizes L2 is the mean of "
    "the values. The constant that minimizes L1 is their median, which a single outlier hardly changes.",
    library="maths/metrics/regression.py l2",
    question="The derivative of (y - ŷ)² with respect to ŷ is -2(y - ŷ). The derivative of |y - ŷ| is +1 or -1. What "
    "does that mean for the steps of gradient descent near the minimum?",
    quiz=quiz,
)
