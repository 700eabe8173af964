"""Checks of Exercise 9."""

from typing import Any

import numpy as np

from glassnet.lab.exercise import Case, Exercise, Namespace, call, mistake

MATRIX = np.array([[1.3, -0.4, 2.2], [-2.6, 0.7, -0.1]])

STACK = np.array([[[0.3], [-1.7]], [[2.9], [-0.2]], [[-1.1], [0.6]]])


def tiny(names: Namespace) -> dict[str, Any]:
    """Return results for tiny numbers. The digits at 1e-12 depend on the formula, so only the accuracy is observed."""
    small = np.asarray(names.Tanh(np.array([1e-12, -3e-12])), dtype=float)
    return {
        "accurate to six digits for 1e-12 and -3e-12": np.allclose(small, [1e-12, -3e-12], rtol=1e-6, atol=0),
        "for 1e-17 and -2e-18": names.Tanh(np.array([1e-17, -2e-18])),
    }


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Return a question and its answer, a number."""
    x = float(round(rng.uniform(0.2, 1.5), 1))
    return f"What is tanh(x) = (e^x - e^-x) / (e^x + e^-x) for x = {x}, to three decimals?", float(np.tanh(x))


RESULT = "np.tanh(x)"

EXERCISE = Exercise(
    number="9",
    title="Tanh",
    defines=("Tanh",),
    cases=(
        Case("a vector", call("Tanh", np.array([0.9, 0.2, 0.1, -0.3, -0.7]))),
        Case("a matrix", call("Tanh", MATRIX)),
        Case("three axes", call("Tanh", STACK)),
        Case("small numbers", call("Tanh", np.array([0.04, -0.03, 0.01]))),
        Case("moderate numbers", call("Tanh", np.array([5.5, -6.5, 4.0]))),
        Case("large numbers", call("Tanh", np.array([710.0, -710.0, 1000.0, -1000.0, 0.4]))),
        Case("tiny numbers", tiny, "Tanh(np.array([1e-12, -3e-12])) and Tanh(np.array([1e-17, -2e-18]))"),
    ),
    robustness=(
        "large numbers",
        "tiny numbers",
    ),
    mistakes=(
        mistake(
            "naive formula",
            "Your formula is correct on paper, but not in floating point. From |x| = 710 it gives inf / inf, which "
            "is nan. Near 0 the difference of two almost equal powers loses its digits: at 1e-17 it is 0. np.tanh(x) "
            "avoids both problems.",
            RESULT,
            "(np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))",
        ),
        mistake(
            "sinh / cosh",
            "np.sinh(x) / np.cosh(x) is accurate near 0, but from |x| = 711 both are inf, and inf / inf is nan. "
            "np.tanh(x) is accurate everywhere.",
            RESULT,
            "np.sinh(x) / np.cosh(x)",
        ),
        mistake(
            "e^2x overflows",
            "With e^(2x) in numerator and denominator, large positive numbers give inf / inf, which is nan, from x = "
            "355. Near 0, e^(2x) - 1 loses its digits. np.tanh(x) avoids both problems.",
            RESULT,
            "(np.exp(2 * x) - 1) / (np.exp(2 * x) + 1)",
        ),
        mistake(
            "e^2x overflows, accurate near 0",
            "With np.expm1(2 * x) in numerator and denominator, the result is accurate near 0, but large positive "
            "numbers give inf / inf, which is nan. np.tanh(x) is accurate everywhere.",
            RESULT,
            "np.expm1(2 * x) / (np.expm1(2 * x) + 2)",
        ),
        mistake(
            "e^-2x overflows",
            "With e^(-2x) in numerator and denominator, large negative numbers give inf / inf, which is nan, from x "
            "= -355. Near 0, 1 - e^(-2x) loses its digits. np.tanh(x) avoids both problems.",
            RESULT,
            "(1 - np.exp(-2 * x)) / (1 + np.exp(-2 * x))",
        ),
        mistake(
            "cancellation near 0",
            "Large numbers are correct. But near 0 your formula subtracts two almost equal numbers, and their "
            "leading digits cancel: 1e-17 gives 0. np.tanh(x) is accurate to all digits; near 0 it is nearly x "
            "itself.",
            RESULT,
            "2 / (1 + np.exp(-2 * x)) - 1",
        ),
        mistake(
            "tanh of x / 2",
            "2 * Sigmoid(x) - 1 is tanh(x / 2). Use Sigmoid(2 * x). (This formula also loses digits near 0.)",
            RESULT,
            "2 / (1 + np.exp(-x)) - 1",
        ),
        mistake(
            "tanh of x / 2, accurate near 0",
            "You compute tanh(x / 2): the factor 2 in the exponent is missing. tanh(x) = 2 sigma(2x) - 1.",
            RESULT,
            "np.tanh(x / 2)",
        ),
        mistake(
            "saturates too early",
            "For |x| > 5 you return exactly 1 or -1. tanh(5.5) is 0.99997, so four digits are not enough. np.tanh(x) "
            "is accurate to all digits.",
            RESULT,
            "np.where(np.abs(x) > 5, np.sign(x), np.tanh(x))",
        ),
        mistake(
            "missing parentheses",
            "Without parentheses, Python divides only e^-x. Put the numerator and the denominator in parentheses. "
            "np.tanh(x) needs none.",
            RESULT,
            "np.exp(x) - np.exp(-x) / (np.exp(x) + np.exp(-x))",
        ),
        mistake(
            "no parentheses at all",
            "Without parentheses, Python divides only the two powers in the middle. Put the numerator and the "
            "denominator in parentheses. np.tanh(x) needs none.",
            RESULT,
            "np.exp(x) - np.exp(-x) / np.exp(x) + np.exp(-x)",
        ),
        mistake(
            "wrong sign",
            "Your results have the wrong sign. The numerator is e^x - e^-x, which is positive for positive x.",
            RESULT,
            "np.tanh(-x)",
        ),
        mistake(
            "reciprocal",
            "You swap numerator and denominator: the sum is the denominator. tanh is between -1 and 1.",
            RESULT,
            "1 / np.tanh(x)",
        ),
        mistake(
            "tangent",
            "np.tan is the trigonometric tangent, which is periodic and has poles. The hyperbolic tangent is np.tanh.",
            RESULT,
            "np.tan(x)",
        ),
        mistake(
            "inverse function",
            "np.arctanh is the inverse function: it computes x from tanh(x). Use np.tanh.",
            RESULT,
            "np.arctanh(x)",
        ),
        mistake(
            "sigmoid",
            "This is the sigmoid, which ranges from 0 to 1. tanh ranges from -1 to 1 and passes through the origin.",
            RESULT,
            "np.exp(-np.logaddexp(0, -x))",
        ),
        mistake(
            "hyperbolic sine",
            "np.sinh is half of the numerator, and it grows without limit. np.tanh divides it by np.cosh.",
            RESULT,
            "np.sinh(x)",
        ),
        mistake(
            "clipped line",
            "You clip x at -1 and 1. tanh is smooth: 0.9 gives 0.716.",
            RESULT,
            "np.clip(x, -1, 1)",
        ),
        mistake(
            "x itself near 0",
            "Near 0 you return x itself. tanh(x) is x - x^3/3 + ..., so at 0.04 the fourth digit already differs. "
            "np.tanh(x) is accurate to all digits.",
            RESULT,
            "np.where(np.abs(x) < 0.1, x, np.tanh(x))",
        ),
        mistake(
            "1 for large negative x",
            "You return 1 for all numbers far from 0, including negative ones. There tanh is -1.",
            RESULT,
            "np.where(np.abs(x) > 100, 1.0, np.tanh(x))",
        ),
        mistake(
            "derivative",
            "You return 1 - tanh(x)^2, the derivative, which follows in Exercise 14. Return tanh(x) itself.",
            RESULT,
            "1 - np.tanh(x) ** 2",
        ),
        mistake(
            "shape lost",
            "You return a one-dimensional array. The result should have the shape of x.",
            "return ",
            "x = np.ravel(x)\n    return ",
        ),
    ),
    hints=(
        "Write the formula and try it at 1000 and at 1e-17. Which two almost equal numbers does it subtract?",
        "NumPy has this function: for arrays, and accurate for all numbers. (To write it yourself, you would need "
        "np.expm1, which computes e^x - 1 without losing digits, and -|x|, which prevents overflow.)",
        "np.tanh(x).",
    ),
    explanation="Libraries use a different method for each range. Near 0 they use a formula in which nothing cancels. "
    "In the middle they compute e^x - 1 with a single function. For large |x| they return 1 or -1 without any power "
    "of e.",
    library="maths/activations/elementwise.py Tanh",
    question="Softmax, sigmoid, and tanh must be protected from overflow, but ReLU need not. What other reasons "
    "might there be for its popularity?",
    quiz=quiz,
)
