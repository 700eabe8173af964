"""Checks of Exercise 8."""

from collections.abc import Callable
from typing import Any

import numpy as np

from glassnet.lab.exercise import Case, Exercise, Namespace, mistake

VECTOR = np.array([0.9, 0.2, 0.1, -0.3, -0.7])

LARGE = np.array([1000.0, -1000.0, 7.5, -7.5])

MATRIX = np.array([[1.3, -0.4, 2.2], [-2.6, 0.7, -0.1]])

STACK = np.array([[[0.3], [-1.7]], [[2.9], [-0.2]], [[-1.1], [0.6]]])


def relu_of(x: Any) -> Callable[[Namespace], Any]:
    """Return an observation: ReLu(x). The message of an exception also contains the shape of x."""

    def observe(names: Namespace) -> Any:
        try:
            return names.ReLu(x.copy())
        except (TypeError, ValueError) as error:
            error.args = (f"{error} (x has shape {x.shape})",)
            raise

    return observe


def input_after_call(names: Namespace) -> Any:
    """Return the input array as it is after the call."""
    x = np.array([[0.4, -1.5], [-0.2, 3.1], [-0.8, 0.6]])
    names.ReLu(x)
    return x


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Return a question and its answer, a number."""
    x = np.round(rng.uniform(-2, 2, 4), 1)
    return f"x = {x.tolist()}: what is the sum of ReLu(x)?", float(np.maximum(0, x).sum())


RESULT = "np.maximum(0, x)"

EXERCISE = Exercise(
    number="8",
    title="ReLU",
    defines=("ReLu",),
    cases=(
        Case("a vector", relu_of(VECTOR), "ReLu(np.array([0.9, 0.2, 0.1, -0.3, -0.7]))"),
        Case("a matrix", relu_of(MATRIX), "ReLu(np.array([[1.3, -0.4, 2.2], [-2.6, 0.7, -0.1]]))"),
        Case("three axes", relu_of(STACK), "ReLu of an array of shape (3, 2, 1)"),
        Case("large numbers", relu_of(LARGE), "ReLu(np.array([1000, -1000, 7.5, -7.5]))"),
        Case(
            "the input is not modified",
            input_after_call,
            "x after ReLu(x), x = [[0.4, -1.5], [-0.2, 3.1], [-0.8, 0.6]]",
        ),
    ),
    robustness=(
        "large numbers",
        "the input is not modified",
    ),
    mistakes=(
        mistake(
            "modifies its input",
            "Your results are correct, but you modify the input array: x[x < 0] = 0 (or out=x) writes into the "
            "caller's array. The backward pass needs the original values. Return a new array: np.maximum(0, x).",
            RESULT,
            "np.maximum(0, x, out=x)",
        ),
        mistake(
            "np.max",
            "np.max(x, 0) computes the maximum along axis 0: the 0 is an axis here, not a number. np.maximum(0, x) "
            "compares each number with 0.",
            RESULT,
            "np.max(x, 0)",
        ),
        mistake(
            "np.max(0, x)",
            "np.max(0, x) computes the maximum of 0 and interprets x as an axis. np.maximum(0, x) compares each "
            "number with 0.",
            RESULT,
            "np.max(0, x)",
        ),
        mistake(
            "Python's max",
            "Python's max(0, x) evaluates x > 0 as a single True or False, which does not exist for an array. "
            "np.maximum(0, x) compares each number with 0.",
            RESULT,
            "max(0, x)",
        ),
        mistake(
            "a loop over a vector",
            "Your loop goes through the entries of x. For a matrix these are rows, which cannot be compared with 0 "
            "as a whole. np.maximum(0, x) works for arrays of any shape.",
            RESULT,
            "np.array([max(0, row) for row in x])",
        ),
        mistake(
            "minimum instead of maximum",
            "You keep negative numbers and replace positive ones by 0. Return the maximum of 0 and x, not the minimum.",
            RESULT,
            "np.minimum(0, x)",
        ),
        mistake(
            "absolute value",
            "You return the absolute value of negative numbers. Replace them by 0.",
            RESULT,
            "np.abs(x)",
        ),
        mistake(
            "leaky ReLU",
            "For negative x you return 0.01 x. This is the leaky ReLU, whose units cannot die. ReLU returns 0 there.",
            RESULT,
            "np.where(x > 0, x, 0.01 * x)",
        ),
        mistake(
            "ELU",
            "For negative x you return e^x - 1. This is the ELU (exponential linear unit). ReLU returns 0 there.",
            RESULT,
            "np.where(x > 0, x, np.expm1(x))",
        ),
        mistake(
            "softplus",
            "You return log(1 + e^x), a smooth approximation of ReLU (softplus). ReLU returns exactly x for positive "
            "x, and exactly 0 for negative x.",
            RESULT,
            "np.logaddexp(0, x)",
        ),
        mistake(
            "derivative",
            "You return 1 for positive x, which is the derivative of ReLU. ReLU itself returns x there.",
            RESULT,
            "np.where(x > 0, 1.0, 0.0)",
        ),
        mistake(
            "clipped at 1",
            "You clip the results at 1. ReLU has no upper limit: 7.5 stays 7.5.",
            RESULT,
            "np.clip(x, 0, 1)",
        ),
        mistake(
            "clipped at 6",
            "You clip the results at 6 (ReLU6). ReLU has no upper limit: 7.5 stays 7.5.",
            RESULT,
            "np.clip(x, 0, 6)",
        ),
        mistake(
            "maximum of 1 and x",
            "You return the maximum of 1 and x. Use 0 instead of 1.",
            RESULT,
            "np.maximum(1, x)",
        ),
        mistake(
            "unchanged",
            "You return the numbers unchanged. Replace negative numbers by 0.",
            RESULT,
            "np.array(x)",
        ),
        mistake(
            "negative numbers removed",
            "You remove the negative numbers, so the result is shorter than x. Keep every position and replace "
            "negative numbers by 0.",
            RESULT,
            "x[x > 0]",
        ),
        mistake(
            "always a matrix",
            "You return a matrix of one row for a vector. The result should have the shape of x.",
            "return ",
            "x = np.atleast_2d(x)\n    return ",
        ),
        mistake(
            "shape lost",
            "You return a one-dimensional array. The result should have the shape of x.",
            "return ",
            "x = np.ravel(x)\n    return ",
        ),
        mistake(
            "truncated to integers",
            "Your results are truncated to integers: 2.2 becomes 2. The array that you write them into has an "
            "integer type. Use dtype=float, or np.maximum, which creates the array.",
            RESULT,
            "np.maximum(0, x).astype(int)",
        ),
    ),
    hints=(
        "Which NumPy function compares two arrays elementwise and returns the larger values? (Python's max and if "
        "work only for single numbers.)",
        "np.maximum takes an array and a number. Broadcasting compares the number with each entry, and the result is "
        "a new array.",
        "np.maximum(0, x).",
    ),
    explanation="np.maximum processes x in compiled code and writes to a new array. ReLU is linear except for its "
    "kink at 0. This non-linearity is enough: without it, several layers would be equivalent to a single linear layer.",
    library="maths/activations/elementwise.py ReLU",
    question="ReLU has no derivative at 0, because of the kink. Does it matter which value you use there, and how "
    "often is a weighted sum exactly 0?",
    quiz=quiz,
)
