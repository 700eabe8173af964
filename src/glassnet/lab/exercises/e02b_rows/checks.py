"""Checks of Exercise 2b."""

import numpy as np

from glassnet.lab.exercise import Case, Exercise, call, mistake


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Return a question and its answer, a number."""
    row = [int(value) for value in rng.integers(1, 10, 3)]
    return (
        f"x = [{row}, [0, 0, 0]]: what is the second number of the first row of normalizeRows(x), to three decimals?",
        float(row[1] / np.linalg.norm(row)),
    )


DIVIDED = "x / divisors"

SMALL = (0.1, 0.01, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-12)
"""Small constants that are added to avoid a division by 0."""

NORM = "np.linalg.norm(x, axis=1, keepdims=True)"

EXERCISE = Exercise(
    number="2b",
    title="Normalizing rows",
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
    mistakes=(
        mistake(
            "columns instead of rows",
            "Your columns have length 1, but your rows do not: axis=0 sums down each column. Use axis=1 to sum along "
            "each row.",
            "axis=1",
            "axis=0",
        ),
        mistake(
            "one norm for the whole matrix",
            "You divide all of x by a single number, the norm of all entries together. Each row has its own norm: "
            "np.linalg.norm(x, axis=1, keepdims=True).",
            NORM,
            "np.linalg.norm(x)",
        ),
        mistake(
            "no keepdims",
            "The norms have the shape (m,). NumPy compares shapes from right to left, so (2, 3) / (2,) raises an "
            "error. For a square matrix, column j is divided by the norm of row j: the rows of [[3, 4], [6, 8]] get "
            "the lengths 0.721 and 1.442. Keep the axis with keepdims=True, which gives the shape (m, 1).",
            ", keepdims=True",
            "",
        ),
        mistake(
            "rows of zeros become nan",
            "A row of zeros has the norm 0, and 0 / 0 is nan. Divide such a row by 1: np.where(norms == 0, 1, norms).",
            "np.where(norms == 0, 1, norms)",
            "norms",
        ),
        mistake(
            "rows of zeros removed",
            "Your result does not contain the rows of zeros, so its rows no longer match the rows of x. Keep them as "
            "zeros.",
            DIVIDED,
            "(x / divisors)[norms[:, 0] > 0]",
        ),
        mistake(
            "norms below 1 replaced by 1",
            "You divide by max(norm, 1), so rows shorter than 1 stay short. Only a norm of 0 must be replaced: "
            "np.where(norms == 0, 1, norms).",
            "np.where(norms == 0, 1, norms)",
            "np.maximum(norms, 1)",
        ),
        mistake(
            "small constant added",
            "You add a small constant to every norm to avoid 0. That changes short rows: with 1e-8, (3e-9, 4e-9) "
            "gets the length 0.33. Replace only a norm of 0: np.where(norms == 0, 1, norms).",
            "np.where(norms == 0, 1, norms)",
            "norms + 1e-8",
            variants=[
                *(("np.where(norms == 0, 1, norms)", f"norms + {eps}") for eps in SMALL if eps != 1e-8),
                *(("np.where(norms == 0, 1, norms)", f"np.sqrt(norms**2 + {eps})") for eps in SMALL if eps != 1e-10),
                *((NORM, f"np.linalg.norm(x + {eps}, axis=1, keepdims=True)") for eps in SMALL),
                *(("np.where(norms == 0, 1, norms)", f"np.where(norms == 0, 1, norms) + {eps}") for eps in SMALL),
            ],
        ),
        mistake(
            "lower limit for norms",
            "You divide by at least a small constant, so rows with a smaller norm do not get length 1: with 1e-6, "
            "(3e-9, 4e-9) gets the length 0.005. Replace only a norm of 0: np.where(norms == 0, 1, norms).",
            "np.where(norms == 0, 1, norms)",
            "np.maximum(norms, 1e-6)",
            variants=[
                ("np.where(norms == 0, 1, norms)", f"np.maximum(norms, {eps})")
                for eps in SMALL
                if eps > 5e-9 and eps != 1e-6
            ],
        ),
        mistake(
            "short rows treated as zeros",
            "A very short row, such as (3e-9, 4e-9), stays unchanged. It has a direction, so its length should "
            "become 1. Compare with exactly 0: norms == 0.",
            "np.where(norms == 0, 1, norms)",
            "np.where(norms < 1e-8, 1, norms)",
        ),
        mistake(
            "sum of 0 treated as zeros",
            "A row whose sum is 0, such as (1.5, -2, 0.5), stays unchanged. It is not a row of zeros: compare its "
            "norm with 0, not its sum.",
            "np.where(norms == 0, 1, norms)",
            "np.where(x.sum(axis=1, keepdims=True) == 0, 1, norms)",
        ),
        mistake(
            "uint8 overflows",
            "You compute the squares in uint8, which ranges to 255 and wraps around: 200 * 200 gives 64. Convert x "
            "to floats first: np.asarray(x, dtype=float).",
            "np.asarray(x, dtype=float)",
            "np.asarray(x)",
            NORM,
            "np.sqrt((x * x).sum(axis=1, keepdims=True))",
        ),
        mistake(
            "no division if one row is zero",
            "If one row is zero, you return the whole matrix unchanged. Normalize the other rows: np.where(norms == "
            "0, 1, norms) only changes the divisor of the zero row.",
            "np.where(norms == 0, 1, norms)",
            "norms if norms.all() else 1",
        ),
        mistake(
            "divided by the sum",
            "You divide each row by the sum of its numbers. The row (-3, 1, 0.5) has the sum -1.5, so its direction "
            "is reversed. The Euclidean norm is the square root of the sum of squares.",
            NORM,
            "x.sum(axis=1, keepdims=True)",
        ),
        mistake(
            "L1 norm",
            "You divide each row by its L1 norm, the sum of its absolute values: (3, 4) becomes (0.429, 0.571). The "
            "Euclidean norm (L2 norm) of (3, 4) is 5, the square root of 9 + 16, which gives (0.6, 0.8).",
            NORM,
            "np.abs(x).sum(axis=1, keepdims=True)",
        ),
        mistake(
            "maximum norm",
            "You divide each row by its largest absolute value, so the largest entry becomes 1, not the length. The "
            "Euclidean norm is the square root of the sum of squares.",
            NORM,
            "np.abs(x).max(axis=1, keepdims=True)",
        ),
        mistake(
            "no square root",
            "You divide by the sum of squares: (3, 4) becomes (0.12, 0.16). The length of (3, 4) is 5, the square "
            "root of 25. Use np.sqrt, or np.linalg.norm.",
            NORM,
            "(x ** 2).sum(axis=1, keepdims=True)",
        ),
        mistake(
            "mean instead of sum",
            "You take the mean of the squares instead of the sum, so every row gets the length sqrt(n) instead of 1.",
            NORM,
            "np.sqrt((x ** 2).mean(axis=1, keepdims=True))",
        ),
        mistake(
            "standard deviation",
            "You divide each row by its standard deviation, which measures distances from the mean. The norm "
            "measures the distance from 0: np.linalg.norm(x, axis=1, keepdims=True).",
            NORM,
            "x.std(axis=1, keepdims=True)",
        ),
        mistake(
            "mean subtracted",
            "You subtract the mean of each row before the division. That changes the direction of the row. Subtract "
            "nothing.",
            DIVIDED,
            "(x - x.mean(axis=1, keepdims=True)) / divisors",
        ),
        mistake(
            "multiplied",
            "You multiply each row by its norm instead of dividing: (3, 4) becomes (15, 20).",
            DIVIDED,
            "x * divisors",
        ),
        mistake(
            "returns the norms",
            "You return the norms, one per row. Divide each row by its norm and return the result.",
            "return x / divisors",
            "return norms[:, 0]",
        ),
        mistake(
            "integers truncated",
            "For integers, you write the results into an integer array, which truncates 0.27 to 0. Convert x to "
            "floats first: np.asarray(x, dtype=float).",
            "np.asarray(x, dtype=float)",
            "np.asarray(x)",
            "return x / divisors",
            "out = np.zeros_like(x)\n    out[...] = x / divisors\n    return out",
        ),
        mistake(
            "only the first row",
            "Only the first row has length 1, and the others are unchanged. Check whether the return is inside the "
            "loop, or whether the loop ends too early.",
            "return x / divisors",
            "return np.concatenate([(x / divisors)[:1], x[1:]])",
        ),
    ),
    hints=(
        "Print np.linalg.norm(x, axis=1) and its shape for x = [[3, 4], [6, 8]]. What happens if you divide x by it, "
        "and what should happen?",
        "Compute one norm per row, as a column (m, 1), so that it broadcasts over the columns. Replace every norm of "
        "0 by 1 before you divide.",
        "norms = np.linalg.norm(x, axis=1, keepdims=True); then x / np.where(norms == 0, 1, norms).",
    ),
    explanation="Dividing a vector by a positive number changes its length but not its direction. Dividing by its "
    "length makes the length 1. The norms must form a column, because broadcasting aligns shapes from the right: (m, "
    "1) divides row by row, but (m,) would divide the columns. For a row of zeros, the divisor can be any number "
    "except 0, and 1 leaves it unchanged.",
    library="data/scaling.py NormalizeRows",
    question="After normalizeRows, the dot product of two rows is the cosine of the angle between them. What is it "
    "for a row and its double? What is it for a row and its negative?",
    quiz=quiz,
)
