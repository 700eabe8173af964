"""How Exercise 7 is checked."""

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from glassnet.lab.exercise import Case, Exercise, Names, call, wrong

TABLE = np.array([[1.3, -0.4, 2.2], [-2.6, 0.7, -0.1]])

STACK = np.array([[[0.3], [-1.7]], [[2.9], [-0.2]], [[1.1], [0.6]]])


def far_out(*numbers: float) -> Callable[[Names], Any]:
    """Return what asks for the sigmoid of large numbers, and whether something overflows on the way."""

    def observe(names: Names) -> dict[str, Any]:
        with warnings.catch_warnings(record=True) as caught, np.errstate(over="warn"):
            warnings.simplefilter("always")
            values = names.Sigmoid(np.array(numbers))
        return {"Sigmoid": values, "overflow": any("overflow" in str(one.message) for one in caught)}

    return observe


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Ask for one number."""
    x = np.round(rng.uniform(-2, 2, 3), 1)
    return f"x = {x.tolist()}: what is the sum of Sigmoid(x), to three decimals?", float((1 / (1 + np.exp(-x))).sum())


FLOATS = "x = np.asarray(x, dtype=float)"

SIDES = "np.where(x >= 0, 1, e)"

RESULT = "return above / (1 + e)"

EXERCISE = Exercise(
    number="7",
    title="Sigmoid",
    defines=("Sigmoid",),
    cases=(
        Case("a vector", call("Sigmoid", np.array([0.9, 0.2, 0.1, -0.3, -0.7]))),
        Case("a table", call("Sigmoid", TABLE)),
        Case("three axes", call("Sigmoid", STACK)),
        Case("a list of whole numbers", call("Sigmoid", [[2, -1], [0, 3]])),
        Case(
            "pixels", call("Sigmoid", np.array([0, 1, 5, 200], np.uint8)), "Sigmoid(np.array([0, 1, 5, 200], np.uint8))"
        ),
        Case("far below 0", far_out(-1000.0, -710.0, 0.5), "Sigmoid(np.array([-1000, -710, 0.5])), and warnings"),
        Case("far above 0", far_out(1000.0, 710.0, -0.5), "Sigmoid(np.array([1000, 710, -0.5])), and warnings"),
    ),
    wrongs=(
        wrong(
            "overflows below 0",
            "Your numbers are right, but for x = -1000 the formula computes e^1000, which overflows with a warning. "
            "Take e = np.exp(-np.abs(x)), which is never above 1: the sigmoid is 1 / (1 + e) for x >= 0 and e / (1 + "
            "e) for x < 0.",
            "np.exp(-np.abs(x))",
            "np.exp(-x)",
            SIDES,
            "1",
        ),
        wrong(
            "np.where computes both",
            "Your numbers are right, but np.where computes both of its branches for all numbers, and chooses "
            "afterwards: e^1000 overflows in the branch that is not chosen, with a warning. Take e = "
            "np.exp(-np.abs(x)), which is never above 1, for both branches.",
            RESULT,
            "return np.where(x >= 0, 1 / (1 + np.exp(-x)), np.exp(x) / (1 + np.exp(x)))",
        ),
        wrong(
            "overflows above 0",
            "e^x / (1 + e^x) is the sigmoid, but for x = 1000 it is inf / inf, which is nan. Take e = "
            "np.exp(-np.abs(x)), which is never above 1: the sigmoid is 1 / (1 + e) for x >= 0 and e / (1 + e) for x "
            "< 0.",
            "np.exp(-np.abs(x))",
            "np.exp(x)",
            SIDES,
            "e",
        ),
        wrong(
            "no lists",
            "Your Sigmoid works for arrays of floats and fails for a list, for which -x or x >= 0 has no meaning; "
            "and whole numbers of kind uint8 come out wrong, since -x wraps around there. Begin with x = "
            "np.asarray(x, dtype=float).",
            FLOATS,
            "x = x",
        ),
        wrong(
            "pixels wrap around",
            "Whole numbers of kind uint8 cannot be negative: -x of 1 is 255, and so Sigmoid of pixels is wrong. "
            "Convert to float first: np.asarray(x, dtype=float).",
            FLOATS,
            "x = np.asarray(x)",
        ),
        wrong(
            "cut off to whole numbers",
            "For whole numbers you write the results into an array of whole numbers, and all below 1 become 0: "
            "zeros_like(x) and empty_like(x) take over the kind of x. Give them dtype=float, or convert x first.",
            FLOATS,
            "kind = np.asarray(x).dtype\n    x = np.asarray(x, dtype=float)",
            RESULT,
            "return (above / (1 + e)).astype(kind)",
        ),
        wrong(
            "the shape is lost",
            "You return one long vector. The result has to have the shape of x.",
            FLOATS,
            "x = np.ravel(np.asarray(x, dtype=float))",
        ),
        wrong(
            "the minus is missing",
            "Your function falls where the sigmoid rises: 0.9 gives 0.289 in place of 0.711. The exponent in 1 / (1 "
            "+ e^-x) is -x.",
            RESULT,
            "return 1 / (1 + np.exp(x))",
        ),
        wrong(
            "the fractions are exchanged",
            "Your function falls where the sigmoid rises: 0.9 gives 0.289 in place of 0.711. With e = e^-|x|, the "
            "fraction for x >= 0 is 1 / (1 + e), and the one for x < 0 is e / (1 + e).",
            SIDES,
            "np.where(x >= 0, e, 1)",
        ),
        wrong(
            "0 is left out",
            "A 0 gives 0: your two masks are x > 0 and x < 0, and neither holds a 0. One of them needs the equal "
            "sign: the sigmoid of 0 is 0.5.",
            "return above / (1 + e)",
            "return np.where(x == 0, 0, above / (1 + e))",
        ),
        wrong(
            "no side for negative numbers",
            "Negative numbers give the same as positive ones: with e = e^-|x| the fraction 1 / (1 + e) is right for "
            "x >= 0 only. For x < 0 it is e / (1 + e): np.where(x >= 0, 1, e) / (1 + e).",
            SIDES,
            "1",
        ),
        wrong(
            "e above the line everywhere",
            "Positive numbers give the same as negative ones: with e = e^-|x| the fraction e / (1 + e) is right for "
            "x < 0 only. For x >= 0 it is 1 / (1 + e): np.where(x >= 0, 1, e) / (1 + e).",
            SIDES,
            "e",
        ),
        wrong(
            "the brackets",
            "1 / 1 + np.exp(-x) is read as (1 / 1) + np.exp(-x), so your results are larger than 1. The sum below "
            "the line needs brackets: 1 / (1 + np.exp(-x)).",
            RESULT,
            "return 1 / 1 + np.exp(-x)",
        ),
        wrong(
            "1 + is missing",
            "Without the 1 + below the line, 1 / e^-x is only e^x, which grows beyond 1. It is 1 / (1 + e^-x).",
            RESULT,
            "return 1 / np.exp(-x)",
        ),
        wrong(
            "a power of 2",
            "You raise 2 to the power of x. The sigmoid takes e: np.exp.",
            "np.exp(-np.abs(x))",
            "np.exp2(-np.abs(x))",
        ),
        wrong(
            "a step",
            "You return 0 or 1. The sigmoid is smooth in between: 0.9 gives 0.711.",
            RESULT,
            "return np.round(above / (1 + e))",
        ),
        wrong(
            "tanh",
            "That is tanh, from -1 to 1. The sigmoid goes from 0 to 1.",
            RESULT,
            "return np.tanh(x)",
        ),
        wrong(
            "the derivative",
            "You return s * (1 - s), the derivative of the sigmoid; that comes in Exercise 14. Here s itself is "
            "asked for.",
            RESULT,
            "return above / (1 + e) * (1 - above / (1 + e))",
        ),
        wrong(
            "softmax",
            "Your results add up to 1, each depends on all: that is softmax. The sigmoid takes every number by itself.",
            RESULT,
            "return np.exp(x - x.max()) / np.exp(x - x.max()).sum()",
        ),
    ),
    hints=(
        "Make an array of floats first. Then: can you write both forms of the sigmoid, for x >= 0 and for x < 0, "
        "with the same power of e?",
        "e = np.exp(-np.abs(x)) is e^-x for x >= 0, and e^x for x < 0. Below the line stands 1 + e in both forms; "
        "above the line 1 or e: np.where chooses, and neither branch can overflow.",
        "x = np.asarray(x, dtype=float), e = np.exp(-np.abs(x)), then np.where(x >= 0, 1, e) / (1 + e).",
    ),
    why="-|x| is never above 0, so e^-|x| lies between 0 and 1. For x >= 0 it is e^-x, as in 1 / (1 + e^-x); for x < "
    "0 it is e^x, as in e^x / (1 + e^x). NumPy's operations go through arrays of any shape, number by number, in "
    "compiled code.",
    library="maths/activations/elementwise.py Sigmoid",
    question="Between -1 and 1 the sigmoid is nearly a straight line, and far out it is flat. What happens to "
    "learning if all sums that reach a layer are larger than 10?",
    quiz=quiz,
)
