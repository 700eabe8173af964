"""Checks of Exercise 7."""

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from glassnet.lab.exercise import Case, Exercise, Namespace, call, mistake

MATRIX = np.array([[1.3, -0.4, 2.2], [-2.6, 0.7, -0.1]])

STACK = np.array([[[0.3], [-1.7]], [[2.9], [-0.2]], [[1.1], [0.6]]])


def large(*numbers: float) -> Callable[[Namespace], Any]:
    """Return an observation: the sigmoid of large numbers, and whether an overflow warning is emitted."""

    def observe(names: Namespace) -> dict[str, Any]:
        with warnings.catch_warnings(record=True) as caught, np.errstate(over="warn"):
            warnings.simplefilter("always")
            values = names.Sigmoid(np.array(numbers))
        return {"Sigmoid": values, "overflow warning": any("overflow" in str(one.message) for one in caught)}

    return observe


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Return a question and its answer, a number."""
    x = np.round(rng.uniform(-2, 2, 3), 1)
    return f"x = {x.tolist()}: what is the sum of Sigmoid(x), to three decimals?", float((1 / (1 + np.exp(-x))).sum())


FLOATS = "x = np.asarray(x, dtype=float)"

NUMERATOR = "np.where(x >= 0, 1, e)"

RESULT = "return numerator / (1 + e)"

EXERCISE = Exercise(
    number="7",
    title="Sigmoid",
    defines=("Sigmoid",),
    cases=(
        Case("a vector", call("Sigmoid", np.array([0.9, 0.2, 0.1, -0.3, -0.7]))),
        Case("a matrix", call("Sigmoid", MATRIX)),
        Case("three axes", call("Sigmoid", STACK)),
        Case("a list of integers", call("Sigmoid", [[2, -1], [0, 3]])),
        Case(
            "uint8", call("Sigmoid", np.array([0, 1, 5, 200], np.uint8)), "Sigmoid(np.array([0, 1, 5, 200], np.uint8))"
        ),
        Case(
            "large negative numbers",
            large(-1000.0, -710.0, 0.5),
            "Sigmoid(np.array([-1000, -710, 0.5])) and its warnings",
        ),
        Case(
            "large positive numbers",
            large(1000.0, 710.0, -0.5),
            "Sigmoid(np.array([1000, 710, -0.5])) and its warnings",
        ),
    ),
    robustness=(
        "a list of integers",
        "uint8",
        "large negative numbers",
        "large positive numbers",
    ),
    mistakes=(
        mistake(
            "overflows for negative x",
            "Your results are correct, but for x = -1000 you compute e^1000, which overflows with a warning. Use e = "
            "np.exp(-np.abs(x)), which is at most 1. The sigmoid is 1 / (1 + e) for x >= 0, and e / (1 + e) for x < "
            "0.",
            "np.exp(-np.abs(x))",
            "np.exp(-x)",
            NUMERATOR,
            "1",
        ),
        mistake(
            "np.where computes both branches",
            "Your results are correct, but np.where computes both branches for all numbers before it selects. So "
            "e^1000 overflows in the branch that is not selected, with a warning. Use e = np.exp(-np.abs(x)), which "
            "is at most 1, in both branches.",
            RESULT,
            "return np.where(x >= 0, 1 / (1 + np.exp(-x)), np.exp(x) / (1 + np.exp(x)))",
        ),
        mistake(
            "overflows for positive x",
            "e^x / (1 + e^x) is the sigmoid, but for x = 1000 it is inf / inf, which is nan. Use e = "
            "np.exp(-np.abs(x)), which is at most 1. The sigmoid is 1 / (1 + e) for x >= 0, and e / (1 + e) for x < "
            "0.",
            "np.exp(-np.abs(x))",
            "np.exp(x)",
            NUMERATOR,
            "e",
        ),
        mistake(
            "list not converted",
            "Your function is correct for float arrays, but not for lists, which do not support -x or x >= 0. For "
            "uint8 the results are wrong, because -x wraps around. Start with x = np.asarray(x, dtype=float).",
            FLOATS,
            "x = x",
        ),
        mistake(
            "uint8 overflows",
            "uint8 has no negative numbers: -x of 1 is 255. So the sigmoid of pixels is wrong. Convert to floats "
            "first: np.asarray(x, dtype=float).",
            FLOATS,
            "x = np.asarray(x)",
        ),
        mistake(
            "truncated to integers",
            "For integers, you write the results into an integer array, so all values below 1 become 0. "
            "zeros_like(x) and empty_like(x) have the dtype of x. Use dtype=float, or convert x first.",
            FLOATS,
            "kind = np.asarray(x).dtype\n    x = np.asarray(x, dtype=float)",
            RESULT,
            "return (numerator / (1 + e)).astype(kind)",
        ),
        mistake(
            "shape lost",
            "You return a one-dimensional array. The result should have the shape of x.",
            FLOATS,
            "x = np.ravel(np.asarray(x, dtype=float))",
        ),
        mistake(
            "x clipped",
            "You clip x first to avoid overflow, so beyond the limit the result no longer changes: with -10 and 10, "
            "Sigmoid(-1000) is 4.5e-05 instead of 0. With e = np.exp(-np.abs(x)), which is at most 1, nothing can "
            "overflow, and nothing has to be clipped.",
            FLOATS,
            "x = np.clip(np.asarray(x, dtype=float), -10, 10)",
            variants=[
                (FLOATS, f"x = np.clip(np.asarray(x, dtype=float), -{limit}, {limit})")
                for limit in (1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 15, 16, 18)
            ],
        ),
        mistake(
            "missing minus sign",
            "Your function decreases, but the sigmoid increases: 0.9 gives 0.289 instead of 0.711. The exponent in 1 "
            "/ (1 + e^-x) is -x.",
            RESULT,
            "return 1 / (1 + np.exp(x))",
        ),
        mistake(
            "numerators swapped",
            "Your function decreases, but the sigmoid increases: 0.9 gives 0.289 instead of 0.711. With e = e^-|x|, "
            "the result is 1 / (1 + e) for x >= 0, and e / (1 + e) for x < 0.",
            NUMERATOR,
            "np.where(x >= 0, e, 1)",
        ),
        mistake(
            "0 in no branch",
            "For x = 0 you return 0. Your masks x > 0 and x < 0 both exclude 0. Use >= in one of them: the sigmoid "
            "of 0 is 0.5.",
            "return numerator / (1 + e)",
            "return np.where(x == 0, 0, numerator / (1 + e))",
        ),
        mistake(
            "no case for negative x",
            "Negative numbers give the same result as positive ones. With e = e^-|x|, the formula 1 / (1 + e) holds "
            "only for x >= 0. For x < 0 it is e / (1 + e): np.where(x >= 0, 1, e) / (1 + e).",
            NUMERATOR,
            "1",
        ),
        mistake(
            "no case for positive x",
            "Positive numbers give the same result as negative ones. With e = e^-|x|, the formula e / (1 + e) holds "
            "only for x < 0. For x >= 0 it is 1 / (1 + e): np.where(x >= 0, 1, e) / (1 + e).",
            NUMERATOR,
            "e",
        ),
        mistake(
            "missing parentheses",
            "Python evaluates 1 / 1 + np.exp(-x) as (1 / 1) + np.exp(-x), so your results are larger than 1. Put the "
            "denominator in parentheses: 1 / (1 + np.exp(-x)).",
            RESULT,
            "return 1 / 1 + np.exp(-x)",
        ),
        mistake(
            "missing 1 +",
            "Without 1 + in the denominator, 1 / e^-x is e^x, which exceeds 1. The formula is 1 / (1 + e^-x).",
            RESULT,
            "return 1 / np.exp(-x)",
        ),
        mistake(
            "base 2",
            "You compute a power of 2. The sigmoid uses powers of e: np.exp.",
            "np.exp(-np.abs(x))",
            "np.exp2(-np.abs(x))",
        ),
        mistake(
            "step function",
            "You return only 0 or 1. The sigmoid is smooth: 0.9 gives 0.711.",
            RESULT,
            "return np.round(numerator / (1 + e))",
        ),
        mistake(
            "tanh",
            "This is tanh, which ranges from -1 to 1. The sigmoid ranges from 0 to 1.",
            RESULT,
            "return np.tanh(x)",
        ),
        mistake(
            "derivative",
            "You return s * (1 - s), the derivative of the sigmoid, which follows in Exercise 14. Return s itself.",
            RESULT,
            "return numerator / (1 + e) * (1 - numerator / (1 + e))",
        ),
        mistake(
            "softmax",
            "Your results sum to 1, and each depends on all inputs: this is softmax. The sigmoid applies to each "
            "number separately.",
            RESULT,
            "return np.exp(x - x.max()) / np.exp(x - x.max()).sum()",
        ),
    ),
    hints=(
        "Convert x to a float array first. Then find a way to write both formulas, for x >= 0 and for x < 0, with "
        "the same power of e.",
        "e = np.exp(-np.abs(x)) is e^-x for x >= 0, and e^x for x < 0. The denominator is 1 + e in both formulas, "
        "and the numerator is 1 or e. np.where selects the numerator, and no branch can overflow.",
        "x = np.asarray(x, dtype=float), e = np.exp(-np.abs(x)), then np.where(x >= 0, 1, e) / (1 + e).",
    ),
    explanation="-|x| is never positive, so e^-|x| is between 0 and 1. For x >= 0 it is e^-x, as in 1 / (1 + e^-x). "
    "For x < 0 it is e^x, as in e^x / (1 + e^x). NumPy applies its operations to arrays of any shape, element by "
    "element, in compiled code.",
    library="maths/activations/elementwise.py Sigmoid",
    question="Between -1 and 1 the sigmoid is nearly linear, and for large |x| it is nearly constant: it saturates. "
    "What happens to learning if all weighted sums of a layer are larger than 10?",
    quiz=quiz,
)
