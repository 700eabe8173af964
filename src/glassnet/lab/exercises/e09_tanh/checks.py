"""How Exercise 9 is checked."""

from typing import Any

import numpy as np

from glassnet.lab.exercise import Case, Exercise, Names, call, wrong

TABLE = np.array([[1.3, -0.4, 2.2], [-2.6, 0.7, -0.1]])

STACK = np.array([[[0.3], [-1.7]], [[2.9], [-0.2]], [[-1.1], [0.6]]])


def tiny(names: Names) -> dict[str, Any]:
    """Return what tiny numbers become; which digits are lost at 1e-12 depends on the formula, that any are does not."""
    small = np.asarray(names.Tanh(np.array([1e-12, -3e-12])), dtype=float)
    return {
        "1e-12 and -3e-12 are right to six digits": np.allclose(small, [1e-12, -3e-12], rtol=1e-6, atol=0),
        "of 1e-17 and -2e-18": names.Tanh(np.array([1e-17, -2e-18])),
    }


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Ask for one number."""
    x = float(round(rng.uniform(0.2, 1.5), 1))
    return f"What is tanh(x) = (e^x - e^-x) / (e^x + e^-x) for x = {x}, to three decimals?", float(np.tanh(x))


RESULT = "np.tanh(x)"

EXERCISE = Exercise(
    number="9",
    title="Tanh",
    defines=("Tanh",),
    cases=(
        Case("a vector", call("Tanh", np.array([0.9, 0.2, 0.1, -0.3, -0.7]))),
        Case("a table", call("Tanh", TABLE)),
        Case("three axes", call("Tanh", STACK)),
        Case("small numbers", call("Tanh", np.array([0.04, -0.03, 0.01]))),
        Case("not so large numbers", call("Tanh", np.array([5.5, -6.5, 4.0]))),
        Case("large numbers", call("Tanh", np.array([710.0, -710.0, 1000.0, -1000.0, 0.4]))),
        Case("tiny numbers", tiny, "Tanh(np.array([1e-12, -3e-12])) and Tanh(np.array([1e-17, -2e-18]))"),
    ),
    wrongs=(
        wrong(
            "the formula as it stands",
            "Your formula is right on paper. But from |x| = 710 on it is inf / inf, which is nan; and near 0 the two "
            "powers of e are almost equal, so that their difference loses its digits: at 1e-17 it is 0. np.tanh(x) "
            "has neither fault.",
            RESULT,
            "(np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))",
        ),
        wrong(
            "sinh by cosh",
            "np.sinh(x) / np.cosh(x) is right near 0, but from |x| = 711 on both are inf, and inf / inf is nan. "
            "np.tanh(x) is right everywhere.",
            RESULT,
            "np.sinh(x) / np.cosh(x)",
        ),
        wrong(
            "e^2x overflows",
            "With e^(2x) above and below the line, large positive numbers give inf / inf, which is nan, already from "
            "x = 355 on; and near 0 the digits are lost in e^(2x) - 1. np.tanh(x) has neither fault.",
            RESULT,
            "(np.exp(2 * x) - 1) / (np.exp(2 * x) + 1)",
        ),
        wrong(
            "e^2x overflows, right near 0",
            "With np.expm1(2 * x) above and below the line the digits near 0 are right, but large positive numbers "
            "give inf / inf, which is nan. np.tanh(x) is right everywhere.",
            RESULT,
            "np.expm1(2 * x) / (np.expm1(2 * x) + 2)",
        ),
        wrong(
            "e^-2x overflows",
            "With e^(-2x) above and below the line, large negative numbers give inf / inf, which is nan, already "
            "from x = -355 on; and near 0 the digits are lost in 1 - e^(-2x). np.tanh(x) has neither fault.",
            RESULT,
            "(1 - np.exp(-2 * x)) / (1 + np.exp(-2 * x))",
        ),
        wrong(
            "loses the digits near 0",
            "Large numbers are right, but near 0 your formula takes the difference of two numbers that are almost "
            "equal, and their digits cancel: 1e-17 gives 0. np.tanh(x) is right to all digits; near 0 it is nearly x "
            "itself.",
            RESULT,
            "2 / (1 + np.exp(-2 * x)) - 1",
        ),
        wrong(
            "half of x",
            "2 * Sigmoid(x) - 1 is tanh(x / 2): the sigmoid has to be taken at 2 x. (And near 0 that form loses its "
            "digits.)",
            RESULT,
            "2 / (1 + np.exp(-x)) - 1",
        ),
        wrong(
            "half of x, right near 0",
            "That is tanh(x / 2): the exponent lacks its factor 2, tanh(x) = 2 sigma(2x) - 1.",
            RESULT,
            "np.tanh(x / 2)",
        ),
        wrong(
            "flat too early",
            "From about 5 on you return exactly 1 or -1. tanh(5.5) is 0.99997: right to four digits is not enough. "
            "np.tanh(x) has all digits.",
            RESULT,
            "np.where(np.abs(x) > 5, np.sign(x), np.tanh(x))",
        ),
        wrong(
            "the brackets",
            "Without brackets only e^-x is divided: the difference above the line needs brackets, and so does the "
            "sum below. np.tanh(x) needs none.",
            RESULT,
            "np.exp(x) - np.exp(-x) / (np.exp(x) + np.exp(-x))",
        ),
        wrong(
            "no brackets at all",
            "Without brackets only the two powers in the middle are divided by each other: the difference above the "
            "line needs brackets, and so does the sum below. np.tanh(x) needs none.",
            RESULT,
            "np.exp(x) - np.exp(-x) / np.exp(x) + np.exp(-x)",
        ),
        wrong(
            "the sign",
            "Your results have the wrong sign: above the line stands e^x - e^-x, which is positive for positive x.",
            RESULT,
            "np.tanh(-x)",
        ),
        wrong(
            "upside down",
            "You have the fraction upside down: the sum belongs below the line. tanh lies between -1 and 1.",
            RESULT,
            "1 / np.tanh(x)",
        ),
        wrong(
            "the tangent",
            "np.tan is the tangent of angles, with periods and poles. The hyperbolic one is np.tanh.",
            RESULT,
            "np.tan(x)",
        ),
        wrong(
            "the inverse",
            "np.arctanh goes the other way, from tanh(x) back to x. The function asked for is np.tanh.",
            RESULT,
            "np.arctanh(x)",
        ),
        wrong(
            "the sigmoid",
            "That is the sigmoid, from 0 to 1. tanh goes from -1 to 1, and through 0.",
            RESULT,
            "np.exp(-np.logaddexp(0, -x))",
        ),
        wrong(
            "the hyperbolic sine",
            "np.sinh is only what stands above the line (half of it), and grows without limit. np.tanh divides it by "
            "np.cosh.",
            RESULT,
            "np.sinh(x)",
        ),
        wrong(
            "a straight line",
            "You cut x off at -1 and 1. tanh bends gently: 0.9 gives 0.716.",
            RESULT,
            "np.clip(x, -1, 1)",
        ),
        wrong(
            "x itself near 0",
            "Near 0 you return x itself. tanh(x) is x - x^3/3 + ...: at 0.04 the fourth digit differs already. "
            "np.tanh(x) has all digits.",
            RESULT,
            "np.where(np.abs(x) < 0.1, x, np.tanh(x))",
        ),
        wrong(
            "1 at both ends",
            "You return 1 for all numbers that are far from 0, also for negative ones. There tanh is -1.",
            RESULT,
            "np.where(np.abs(x) > 100, 1.0, np.tanh(x))",
        ),
        wrong(
            "the derivative",
            "You return 1 - tanh(x)^2, the derivative; that comes in Exercise 14. Here tanh(x) itself is asked for.",
            RESULT,
            "1 - np.tanh(x) ** 2",
        ),
        wrong(
            "the shape is lost",
            "You return one long vector. The result has to have the shape of x.",
            "return ",
            "x = np.ravel(x)\n    return ",
        ),
    ),
    hints=(
        "Write the formula, and try it at 1000 and at 1e-17. Which two numbers of nearly the same size are "
        "subtracted there?",
        "NumPy has this function ready made, for arrays, and right at both ends. (By hand it takes np.expm1, which "
        "gives e^x - 1 without losing digits, and -|x|, so that nothing overflows.)",
        "np.tanh(x).",
    ),
    why="Libraries compute tanh piece by piece: near 0 from a polynomial, in which nothing cancels, in the middle "
    "through e^x - 1 computed as one function, and far out as 1 or -1, without any power of e. Three formulas, each "
    "where it is good.",
    library="maths/activations/elementwise.py Tanh",
    question="Softmax, sigmoid and tanh all have to be kept from overflowing; ReLU does not. What else might be a "
    "reason for its being used so widely?",
    quiz=quiz,
)
