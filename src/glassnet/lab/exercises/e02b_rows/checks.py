"""How Exercise 2b is checked."""

import numpy as np

from glassnet.lab.exercise import Case, Exercise, call, wrong


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Ask for one number."""
    row = [int(value) for value in rng.integers(1, 10, 3)]
    return (
        f"x = [{row}, [0, 0, 0]]: what is the second number of the first row of normalizeRows(x), to three decimals?",
        float(row[1] / np.linalg.norm(row)),
    )


DIVIDED = "x / divisors"

NORM = "np.linalg.norm(x, axis=1, keepdims=True)"

EXERCISE = Exercise(
    number="2b",
    title="Rows of length 1",
    defines=("normalizeRows",),
    cases=(
        Case("two rows", call("normalizeRows", np.array([[8.0, 1.0, 2.0], [3.0, 9.0, 5.0]]))),
        Case(
            "a list of rows",
            call("normalizeRows", [[1.2, -0.5, 3.0, 0.7], [-2.0, 0.1, 0.4, 1.1], [0.3, 5.0, 2.0, -1.0]]),
        ),
        Case("whole numbers", call("normalizeRows", np.array([[2, 7, 1], [5, 3, 9]]))),
        Case(
            "bytes",
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
    wrongs=(
        wrong(
            "columns instead of rows",
            "Your columns have length 1, and your rows do not: axis=0 adds up down a column. axis=1 adds up along a "
            "row.",
            "axis=1",
            "axis=0",
        ),
        wrong(
            "one norm for the whole matrix",
            "You divide all of x by one number, the length of all its entries together. Every row has its own: "
            "np.linalg.norm(x, axis=1, keepdims=True).",
            NORM,
            "np.linalg.norm(x)",
        ),
        wrong(
            "keepdims is missing",
            "The norms have the shape (m,). NumPy compares shapes from the right, so (2, 3) / (2,) fails, and in a "
            "square matrix column j is divided by the norm of row j: [[3, 4], [6, 8]] gets rows of length 0.721 and "
            "1.442. Keep the axis: keepdims=True, (m, 1).",
            ", keepdims=True",
            "",
        ),
        wrong(
            "rows of zeros become nan",
            "A row of zeros has the norm 0, and 0 / 0 is nan. Divide such a row by 1: np.where(norms == 0, 1, norms).",
            "np.where(norms == 0, 1, norms)",
            "norms",
        ),
        wrong(
            "rows of zeros are left out",
            "The rows of zeros are missing from what you return, so row i of the result may belong to another row of "
            "x. Keep them, as zeros.",
            DIVIDED,
            "(x / divisors)[norms[:, 0] > 0]",
        ),
        wrong(
            "at least 1",
            "Rows shorter than 1 stay short: you divide by max(norm, 1). Only a norm of 0 needs help: "
            "np.where(norms == 0, 1, norms).",
            "np.where(norms == 0, 1, norms)",
            "np.maximum(norms, 1)",
        ),
        wrong(
            "a small number is added",
            "You add a small number to every norm, so that none is 0. A row that is about as short then comes out "
            "too short: (3e-9, 4e-9) gets the length 0.33 with 1e-8. Help only where the norm is 0: np.where(norms "
            "== 0, 1, norms).",
            "np.where(norms == 0, 1, norms)",
            "norms + 1e-8",
        ),
        wrong(
            "short rows are taken for zeros",
            "A row that is only very short, such as (3e-9, 4e-9), stays as it is. It points somewhere, and gets "
            "length 1 like the others: ask for a norm of exactly 0, norms == 0.",
            "np.where(norms == 0, 1, norms)",
            "np.where(norms < 1e-8, 1, norms)",
        ),
        wrong(
            "a sum of 0 is taken for zeros",
            "A row whose numbers add up to 0, such as (1.5, -2, 0.5), stays as it is. That is no row of zeros: ask "
            "whether its norm is 0.",
            "np.where(norms == 0, 1, norms)",
            "np.where(x.sum(axis=1, keepdims=True) == 0, 1, norms)",
        ),
        wrong(
            "bytes wrap around",
            "The squares are computed in uint8, which goes up to 255: 200 * 200 becomes 64. Make floats of x first: "
            "np.asarray(x, dtype=float).",
            "np.asarray(x, dtype=float)",
            "np.asarray(x)",
            NORM,
            "np.sqrt((x * x).sum(axis=1, keepdims=True))",
        ),
        wrong(
            "one row of zeros stops all",
            "Where one row is 0, you return the whole matrix as it is. The other rows have a length, and are to be "
            "divided by it: np.where(norms == 0, 1, norms) helps that one row.",
            "np.where(norms == 0, 1, norms)",
            "norms if norms.all() else 1",
        ),
        wrong(
            "divided by the sum",
            "You divide each row by the sum of its numbers. The row (-3, 1, 0.5) has the sum -1.5, which turns it "
            "round. The Euclidean norm is the root of the sum of the squares.",
            NORM,
            "x.sum(axis=1, keepdims=True)",
        ),
        wrong(
            "divided by the sum of the absolute values",
            "You divide each row by the sum of its absolute values, the L1 norm: (3, 4) becomes (0.429, 0.571). The "
            "Euclidean norm of (3, 4) is 5, the root of 9 + 16; that gives (0.6, 0.8).",
            NORM,
            "np.abs(x).sum(axis=1, keepdims=True)",
        ),
        wrong(
            "divided by the largest",
            "You divide each row by its largest absolute value. Then the largest entry is 1, not the length: that is "
            "the root of the sum of the squares.",
            NORM,
            "np.abs(x).max(axis=1, keepdims=True)",
        ),
        wrong(
            "the root is missing",
            "You divide by the sum of the squares. (3, 4) becomes (0.12, 0.16), but its length is 5, the root of 25: "
            "take np.sqrt, or np.linalg.norm.",
            NORM,
            "(x ** 2).sum(axis=1, keepdims=True)",
        ),
        wrong(
            "the root of the mean",
            "You take the mean of the squares, and not their sum, before the root, so every row comes out with length "
            "sqrt(n) instead of 1.",
            NORM,
            "np.sqrt((x ** 2).mean(axis=1, keepdims=True))",
        ),
        wrong(
            "each row is divided by its standard deviation",
            "You divide each row by its standard deviation, which measures from the mean. The norm measures from 0: "
            "np.linalg.norm(x, axis=1, keepdims=True).",
            NORM,
            "x.std(axis=1, keepdims=True)",
        ),
        wrong(
            "the mean is subtracted",
            "You subtract each row's mean before you divide by its norm. Here the row keeps its direction, so nothing "
            "is subtracted.",
            DIVIDED,
            "(x - x.mean(axis=1, keepdims=True)) / divisors",
        ),
        wrong(
            "multiplied",
            "You multiply each row by its norm instead of dividing: (3, 4) becomes (15, 20).",
            DIVIDED,
            "x * divisors",
        ),
        wrong(
            "the norms",
            "You return the norms, one per row. They are what each row has to be divided by.",
            "return x / divisors",
            "return norms[:, 0]",
        ),
        wrong(
            "whole numbers are cut off",
            "Where x holds whole numbers, the results are put into an array of whole numbers, which cuts 0.27 down to "
            "0. Make floats of x first: np.asarray(x, dtype=float).",
            "np.asarray(x, dtype=float)",
            "np.asarray(x)",
            "return x / divisors",
            "out = np.zeros_like(x)\n    out[...] = x / divisors\n    return out",
        ),
        wrong(
            "only the first row",
            "Only the first row has length 1, the others are as they came. Is the return inside the loop, or the loop "
            "over one row too few?",
            "return x / divisors",
            "return np.concatenate([(x / divisors)[:1], x[1:]])",
        ),
    ),
    hints=(
        "Print np.linalg.norm(x, axis=1) and its shape for x = [[3, 4], [6, 8]]. What does x divided by that do, and "
        "what should happen?",
        "Compute one norm per row, as a column (m, 1), so that it is stretched over the columns. Before you divide, "
        "make a 1 of every norm that is 0.",
        "norms = np.linalg.norm(x, axis=1, keepdims=True); then x / np.where(norms == 0, 1, norms).",
    ),
    why="Dividing a vector by a positive number changes its length and not its direction, and dividing by the length "
    "makes the length 1. The norms have to stand in a column: broadcasting lines shapes up from the right, so (m, 1) "
    "meets (m, n) row by row, while (m,) meets the columns. For a row of zeros the divisor may be any number but 0; 1 "
    "leaves it alone.",
    library="data/preprocessing.py NormalizeRows",
    question="After normalizeRows, the dot product of two rows is the cosine of the angle between them. What is it "
    "for a row and its double, and what for a row and its negative?",
    quiz=quiz,
)
