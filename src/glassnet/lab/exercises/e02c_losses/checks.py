"""How Exercise 2c is checked."""

import numpy as np

from glassnet.lab.exercise import Case, Exercise, call, wrong

FIVE = np.array([0.9, 0.2, 0.1, 0.4, 0.9]), np.array([1, 0, 0, 1, 1])

SIX = [0.1, 0.7, 0.4, 0.7, 0.8, 0.2], [1, 0, 0, 1, 1, 0]

TOO_HIGH = np.array([3.0, -0.5, 7.5, 2.0]), np.array([1.0, -2.25, 4.0, 2.5])

BYTES = np.array([3, 1, 200, 9], dtype=np.uint8), np.array([1, 3, 9, 200], dtype=np.uint8)
"""Each pair of numbers both ways round, so that y - yhat and yhat - y wrap around to the same sum."""

SMALL = np.array([100, -90, 7], dtype=np.int8), np.array([-100, 90, 5], dtype=np.int8)

COLUMN = FIVE[1].reshape(5, 1)


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Ask for one number."""
    y = rng.integers(0, 2, 3)
    yhat = np.round(rng.uniform(0.05, 0.95, 3), 1)
    return (
        f"yhat = {yhat.tolist()}, y = {y.tolist()}: what is L1(yhat, y) plus L2(yhat, y), to three decimals?",
        float(np.abs(y - yhat).sum() + ((y - yhat) ** 2).sum()),
    )


FLOATS_1 = "yhat, y = np.asarray(yhat, dtype=float), np.asarray(y, dtype=float)"

FLOATS_2 = "guess, truth = np.asarray(yhat, dtype=float), np.asarray(y, dtype=float)"

AS_IT_IS_1 = FLOATS_1, "yhat, y = np.asarray(yhat), np.asarray(y)"

AS_IT_IS_2 = FLOATS_2, "guess, truth = np.asarray(yhat), np.asarray(y)"

NO_CHECK_1 = "if yhat.shape != y.shape:", "if False:"

NO_CHECK_2 = "if guess.shape != truth.shape:", "if False:"

ABSOLUTE, SQUARED = "np.sum(np.abs(y - yhat))", "np.sum((truth - guess) ** 2)"

EXERCISE = Exercise(
    number="2c",
    title="L1 and L2",
    defines=("L1", "L2"),
    cases=(
        Case("L1 of five", call("L1", *FIVE)),
        Case("L1 of lists", call("L1", *SIX)),
        Case("L1 of other numbers", call("L1", *TOO_HIGH)),
        Case("L1 of bytes", call("L1", *BYTES), "L1 of [3, 1, 200, 9] and [1, 3, 9, 200], as uint8"),
        Case("L1 of small whole numbers", call("L1", *SMALL), "L1 of [100, -90, 7] and [-100, 90, 5], as int8"),
        Case("L1 of a vector and a column", call("L1", FIVE[0], COLUMN)),
        Case("L1 of different lengths", call("L1", FIVE[0], np.array([1]))),
        Case("L2 of five", call("L2", *FIVE)),
        Case("L2 of lists", call("L2", *SIX)),
        Case("L2 of other numbers", call("L2", *TOO_HIGH)),
        Case("L2 of bytes", call("L2", *BYTES), "L2 of [3, 1, 200, 9] and [1, 3, 9, 200], as uint8"),
        Case("L2 of small whole numbers", call("L2", *SMALL), "L2 of [100, -90, 7] and [-100, 90, 5], as int8"),
        Case("L2 of a vector and a column", call("L2", FIVE[0], COLUMN)),
        Case("L2 of different lengths", call("L2", FIVE[0], np.array([1]))),
    ),
    wrongs=(
        wrong(
            "the bare formulas",
            "The formulas are right, but nothing is done about what comes in. Lists cannot be subtracted; uint8 wraps "
            "around, 1 - 3 is 254; and (5,) minus (5, 1) is stretched to (5, 5), which makes 12.5 of 1.1. Start with "
            "np.asarray(..., dtype=float), then compare the shapes and raise ValueError where they differ.",
            FLOATS_1,
            "",
            "if yhat.shape != y.shape:",
            "if False:",
            FLOATS_2,
            "guess, truth = yhat, y",
            *NO_CHECK_2,
        ),
        wrong(
            "bytes and shapes",
            "The formulas are right for floats of one shape, but uint8 wraps around, 1 - 3 is 254, and (5,) minus (5, "
            "1) is stretched to (5, 5), which makes 12.5 of 1.1. Convert with np.asarray(..., dtype=float), then "
            "compare the shapes and raise ValueError where they differ.",
            *AS_IT_IS_1,
            *NO_CHECK_1,
            *AS_IT_IS_2,
            *NO_CHECK_2,
        ),
        wrong(
            "L1: bytes wrap around",
            "L1 subtracts uint8 from uint8, which knows no negative numbers: 1 - 3 is 254. Convert both to floats "
            "first: np.asarray(y, dtype=float).",
            *AS_IT_IS_1,
        ),
        wrong(
            "L2: bytes wrap around",
            "L2 computes in uint8, which wraps around: 1 - 3 is 254, and squares are cut off at 255 as well. Convert "
            "both to floats first: np.asarray(y, dtype=float).",
            *AS_IT_IS_2,
        ),
        wrong(
            "L2: bytes wrap around before the square",
            "L2 subtracts uint8 from uint8, which wraps around, 1 - 3 is 254, and makes floats of the differences "
            "afterwards, when it is too late. Convert both first: np.asarray(y, dtype=float).",
            FLOATS_2,
            "guess, truth = np.asarray(yhat), np.asarray(y)",
            SQUARED,
            "np.sum((truth - guess).astype(float) ** 2)",
        ),
        wrong(
            "L1: shapes are stretched",
            "L1 does not compare the shapes: (5,) minus (5, 1) is stretched to (5, 5), and 25 differences are added "
            "up, 12.5 instead of 1.1. Raise ValueError where yhat.shape != y.shape.",
            *NO_CHECK_1,
        ),
        wrong(
            "L2: shapes are stretched",
            "L2 does not compare the shapes: (5,) minus (5, 1) is stretched to (5, 5), and 25 squares are added up, "
            "9.15 instead of 0.43. Raise ValueError where yhat.shape != y.shape.",
            *NO_CHECK_2,
        ),
        wrong(
            "L1: compares the axes only",
            "L1 compares how many axes there are. (5,) and (1,) have one each, and the one number is stretched over "
            "the five: compare the whole shapes.",
            "if yhat.shape != y.shape:",
            "if yhat.ndim != y.ndim:",
        ),
        wrong(
            "L1: compares lengths only",
            "L1 compares len only. (5,) and (5, 1) both have length 5, and are stretched to (5, 5): compare the whole "
            "shapes, yhat.shape != y.shape.",
            "if yhat.shape != y.shape:",
            "if len(yhat) != len(y):",
        ),
        wrong(
            "L2: compares the axes only",
            "L2 compares how many axes there are. (5,) and (1,) have one each, and the one number is stretched over "
            "the five: compare the whole shapes.",
            "if guess.shape != truth.shape:",
            "if guess.ndim != truth.ndim:",
        ),
        wrong(
            "L2: compares lengths only",
            "L2 compares len only. (5,) and (5, 1) both have length 5, and are stretched to (5, 5): compare the whole "
            "shapes, yhat.shape != y.shape.",
            "if guess.shape != truth.shape:",
            "if len(guess) != len(truth):",
        ),
        wrong(
            "columns are flattened",
            "L1 and L2 flatten what they get, so a vector and a column are subtracted in pairs. That guesses what was "
            "meant; here shapes that differ have to raise ValueError.",
            FLOATS_1,
            "yhat, y = np.ravel(yhat).astype(float), np.ravel(y).astype(float)",
            FLOATS_2,
            "guess, truth = np.ravel(yhat).astype(float), np.ravel(y).astype(float)",
        ),
        wrong(
            "L1: errors cancel",
            "L1 adds up the errors with their signs, so an error of +0.5 and one of -0.5 make 0. Take the absolute "
            "value of each: np.abs(y - yhat).",
            ABSOLUTE,
            "np.sum(y - yhat)",
        ),
        wrong(
            "L1: errors cancel, yhat - y",
            "L1 adds up yhat - y with its signs, so an error of +0.5 and one of -0.5 make 0. Take the absolute value "
            "of each: np.abs(y - yhat).",
            ABSOLUTE,
            "np.sum(yhat - y)",
        ),
        wrong(
            "L1: absolute too late",
            "L1 adds up first and takes the absolute value of the sum, when +0.5 and -0.5 have canceled already. The "
            "absolute value comes first: np.sum(np.abs(y - yhat)).",
            ABSOLUTE,
            "np.abs(np.sum(y - yhat))",
        ),
        wrong(
            "L1: the mean",
            "L1 returns the mean of the absolute errors. Here the loss is their sum: do not divide by their number.",
            ABSOLUTE,
            "np.mean(np.abs(y - yhat))",
        ),
        wrong(
            "L1: not added up",
            "L1 returns the absolute errors, one for each prediction. A loss is one number: add them up.",
            ABSOLUTE,
            "np.abs(y - yhat)",
        ),
        wrong(
            "L1: the largest",
            "L1 returns the largest of the absolute errors. It is asked for their sum.",
            ABSOLUTE,
            "np.max(np.abs(y - yhat))",
        ),
        wrong(
            "L1: squares",
            "L1 adds up squares; that is L2. L1 takes the absolute values.",
            ABSOLUTE,
            "np.sum((y - yhat) ** 2)",
        ),
        wrong(
            "L2: the root",
            "L2 takes the root of the sum: 0.656 for the five numbers, and not 0.43. The root makes a length of it; "
            "here the loss is the sum of the squares.",
            SQUARED,
            "np.sqrt(np.sum((truth - guess) ** 2))",
        ),
        wrong(
            "L2: the mean",
            "L2 returns the mean of the squares. Here the loss is their sum: do not divide by their number.",
            SQUARED,
            "np.mean((truth - guess) ** 2)",
        ),
        wrong(
            "L2: a half",
            "L2 returns half of the sum. Some books put 1/2 in front, to have a tidier derivative; here there is none.",
            SQUARED,
            "np.sum((truth - guess) ** 2) / 2",
        ),
        wrong(
            "L2: squared too late",
            "L2 squares the sum of the errors, in which +0.5 and -0.5 have canceled already. Square each error, then "
            "add up: np.sum((y - yhat) ** 2).",
            SQUARED,
            "np.sum(truth - guess) ** 2",
        ),
        wrong(
            "L2: not added up",
            "L2 returns the squares, one for each prediction. A loss is one number: add them up.",
            SQUARED,
            "(truth - guess) ** 2",
        ),
        wrong(
            "L2: no square",
            "L2 adds up absolute errors; that is L1. L2 takes the squares.",
            SQUARED,
            "np.sum(np.abs(truth - guess))",
        ),
        wrong(
            "L2: doubled",
            "L2 multiplies each error by 2 instead of raising it to the power of 2: ** is the power, * the product.",
            SQUARED,
            "np.sum((truth - guess) * 2)",
        ),
        wrong(
            "L2: differences of squares",
            "L2 squares y and yhat by themselves and subtracts then. (1 - 3)² is 4, but 1² - 3² is -8: subtract "
            "first, then square.",
            SQUARED,
            "np.sum(truth ** 2 - guess ** 2)",
        ),
    ),
    hints=(
        "Write down the five errors of the first example, then what is added up in L1 and in L2. Then ask what is "
        "subtracted from what for shapes (5,) and (5, 1).",
        "Three steps in both functions: make arrays of floats, refuse shapes that differ, add up np.abs(...) or the "
        "squares of y - yhat.",
        "yhat, y = np.asarray(yhat, dtype=float), np.asarray(y, dtype=float); if yhat.shape != y.shape: raise "
        'ValueError("..."); then np.sum(np.abs(y - yhat)), or np.sum((y - yhat) ** 2).',
    ),
    why="An absolute value or a square makes every error count, whichever way it points. The square grows faster than "
    "the error: twice as far off costs four times as much. So a fit that makes L2 small goes to the mean of the "
    "values, and one that makes L1 small to their median, which a single wild value does not move.",
    library="maths/metrics.py l2",
    question="The derivative of (y - ŷ)² with respect to ŷ is -2(y - ŷ); that of |y - ŷ| is +1 or -1. What does that "
    "mean for the steps of gradient descent close to the goal?",
    quiz=quiz,
)
