"""How Exercise 8 is checked."""

from collections.abc import Callable
from typing import Any

import numpy as np

from glassnet.lab.exercise import Case, Exercise, Names, wrong

VECTOR = np.array([0.9, 0.2, 0.1, -0.3, -0.7])

LARGE = np.array([1000.0, -1000.0, 7.5, -7.5])

TABLE = np.array([[1.3, -0.4, 2.2], [-2.6, 0.7, -0.1]])

STACK = np.array([[[0.3], [-1.7]], [[2.9], [-0.2]], [[-1.1], [0.6]]])


def relu_of(x: Any) -> Callable[[Names], Any]:
    """Return what asks for ReLu(x); an error about arrays in place of single numbers is told x's shape."""

    def observe(names: Names) -> Any:
        try:
            return names.ReLu(x.copy())
        except (TypeError, ValueError) as error:
            error.args = (f"{error} (x has shape {x.shape})",)
            raise

    return observe


def afterwards(names: Names) -> Any:
    """Return what has become of the array that was handed in."""
    x = np.array([[0.4, -1.5], [-0.2, 3.1], [-0.8, 0.6]])
    names.ReLu(x)
    return x


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Ask for one number."""
    x = np.round(rng.uniform(-2, 2, 4), 1)
    return f"x = {x.tolist()}: what is the sum of ReLu(x)?", float(np.maximum(0, x).sum())


RESULT = "np.maximum(0, x)"

EXERCISE = Exercise(
    number="8",
    title="ReLU",
    defines=("ReLu",),
    cases=(
        Case("a vector", relu_of(VECTOR), "ReLu(np.array([0.9, 0.2, 0.1, -0.3, -0.7]))"),
        Case("a table", relu_of(TABLE), "ReLu(np.array([[1.3, -0.4, 2.2], [-2.6, 0.7, -0.1]]))"),
        Case("three axes", relu_of(STACK), "ReLu of an array of shape (3, 2, 1)"),
        Case("large numbers", relu_of(LARGE), "ReLu(np.array([1000, -1000, 7.5, -7.5]))"),
        Case("the input stays", afterwards, "x, after ReLu(x) of [[0.4, -1.5], [-0.2, 3.1], [-0.8, 0.6]]"),
    ),
    wrongs=(
        wrong(
            "changes its input",
            "Your results are right, but the array that was handed in is changed as well: x[x < 0] = 0 (or out=x) "
            "writes into the caller's array. The network needs those numbers for the way back. Return a new array: "
            "np.maximum(0, x).",
            RESULT,
            "np.maximum(0, x, out=x)",
        ),
        wrong(
            "np.max",
            "np.max(x, 0) looks for the largest number along axis 0: here 0 is an axis and not a number to compare "
            "with. np.maximum(0, x) compares each number with 0.",
            RESULT,
            "np.max(x, 0)",
        ),
        wrong(
            "np.max(0, x)",
            "np.max(0, x) looks for the largest number of its first argument, 0, and takes x for the name of an axis. "
            "np.maximum(0, x) compares each number with 0.",
            RESULT,
            "np.max(0, x)",
        ),
        wrong(
            "Python's max",
            "Python's max(0, x) asks whether x > 0, and of an array there is no single answer. np.maximum(0, x) "
            "compares each number with 0.",
            RESULT,
            "max(0, x)",
        ),
        wrong(
            "a loop over a vector",
            "Your loop takes one entry of x after the other. In a table these are rows, and of a row Python cannot "
            "say whether it is larger than 0. np.maximum(0, x) goes through arrays of any shape.",
            RESULT,
            "np.array([max(0, row) for row in x])",
        ),
        wrong(
            "the smaller one",
            "You keep the negative numbers and make the positive ones 0: it is the larger of 0 and x that is asked "
            "for.",
            RESULT,
            "np.minimum(0, x)",
        ),
        wrong(
            "the absolute value",
            "You turn negative numbers into positive ones; they have to become 0.",
            RESULT,
            "np.abs(x)",
        ),
        wrong(
            "leaky",
            "Below 0 you return 0.01 x. That is the leaky ReLU, whose units cannot die; ReLU itself gives 0 there.",
            RESULT,
            "np.where(x > 0, x, 0.01 * x)",
        ),
        wrong(
            "exponential",
            "Below 0 you return e^x - 1. That is the ELU; ReLU gives 0 there.",
            RESULT,
            "np.where(x > 0, x, np.expm1(x))",
        ),
        wrong(
            "softplus",
            "You return log(1 + e^x), a smooth relative of ReLU (softplus). ReLU gives exactly x above 0, and "
            "exactly 0 below.",
            RESULT,
            "np.logaddexp(0, x)",
        ),
        wrong(
            "the derivative",
            "You return 1 for positive numbers. That is the derivative of ReLU; ReLU itself leaves x as it is there.",
            RESULT,
            "np.where(x > 0, 1.0, 0.0)",
        ),
        wrong(
            "limited to 1",
            "You limit the results to 1. ReLU has no upper limit: 7.5 stays 7.5.",
            RESULT,
            "np.clip(x, 0, 1)",
        ),
        wrong(
            "limited to 6",
            "You limit the results to 6. ReLU has no upper limit: 7.5 stays 7.5.",
            RESULT,
            "np.clip(x, 0, 6)",
        ),
        wrong(
            "at least 1",
            "You return the larger of 1 and x; the limit is 0.",
            RESULT,
            "np.maximum(1, x)",
        ),
        wrong(
            "unchanged",
            "Your numbers come back as they were, the negative ones as well. Those have to become 0.",
            RESULT,
            "np.array(x)",
        ),
        wrong(
            "left away",
            "You leave the negative numbers away, and so the result gets shorter. Every number keeps its place; "
            "negative ones become 0.",
            RESULT,
            "x[x > 0]",
        ),
        wrong(
            "always a table",
            "A vector comes back as a table of one row. The result has to have the shape of x, whatever that is.",
            "return ",
            "x = np.atleast_2d(x)\n    return ",
        ),
        wrong(
            "the shape is lost",
            "You return one long vector. The result has to have the shape of x.",
            "return ",
            "x = np.ravel(x)\n    return ",
        ),
        wrong(
            "cut off to whole numbers",
            "Your results are cut off to whole numbers, 2.2 becomes 2: the array they are written into holds "
            "integers. Give it dtype=float, or let np.maximum make it.",
            RESULT,
            "np.maximum(0, x).astype(int)",
        ),
    ),
    hints=(
        "Which NumPy function compares two things place by place, and takes the larger? (Python's max and an if can "
        "only do it for one number.)",
        "np.maximum takes an array and a number; broadcasting compares the number with each entry, and a new array "
        "is made.",
        "np.maximum(0, x).",
    ),
    why="np.maximum goes through x in compiled code and writes into a new array. The function bends at 0 only, and "
    "that bend is enough: without it, layers of weighted sums would be one single weighted sum.",
    library="maths/activations/elementwise.py ReLU",
    question="ReLU has no slope at 0, since it bends there. Does it matter which one you take, and how often is a "
    "sum exactly 0?",
    quiz=quiz,
)
