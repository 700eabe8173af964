"""Checks of Exercise 0: each function for single numbers and for arrays."""

import numpy as np

from glassnet.lab.exercise import Case, Exercise, call, mistake

X = np.array([0.4, 1.7, 2.6])

BELOW = np.array([-1.3, -0.6, 2.4])


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Return a question and its answer, a number."""
    a, b, x = (int(number) for number in rng.integers(2, 9, 3))
    return f"What is the derivative of {a}x² + {b}x + 5 at x = {x}?", float(2 * a * x + b)


EXERCISE = Exercise(
    number="0",
    title="Concepts and derivatives",
    defines=("line", "d_square", "d_cube", "d_log", "d_exp", "d_polynomial"),
    cases=(
        Case("linear function at one point", call("line", 2.0, 0.5, 1.0)),
        Case("linear function at three points", call("line", BELOW, -1.5, 0.7)),
        Case("derivative of x²", call("d_square", 1.7)),
        Case("derivative of x² at three points", call("d_square", BELOW)),
        Case("derivative of x³", call("d_cube", 1.7)),
        Case("derivative of x³ at three points", call("d_cube", BELOW)),
        Case("derivative of ln x", call("d_log", 1.7)),
        Case("derivative of ln x at three points", call("d_log", X)),
        Case("derivative of e^x", call("d_exp", 1.7)),
        Case("derivative of e^x at three points", call("d_exp", BELOW)),
        Case("derivative of 2x² + 3x + b", call("d_polynomial", 1.7)),
        Case("derivative of 2x² + 3x + b at three points", call("d_polynomial", BELOW)),
    ),
    mistakes=(
        mistake(
            "line: w and b swapped",
            "You multiply x by b and add w. The weight w is the slope, so it multiplies x: w * x + b.",
            "w * x + b",
            "b * x + w",
        ),
        mistake(
            "line: no bias",
            "The bias b is missing, so every line passes through the origin. Add it: w * x + b.",
            "w * x + b",
            "w * x",
        ),
        mistake(
            "line: bias subtracted",
            "You subtract the bias. Add it: w * x + b.",
            "w * x + b",
            "w * x - b",
        ),
        mistake(
            "line: bias multiplied by w",
            "You multiply the bias by w as well. Only x is multiplied by w: (w * x) + b.",
            "w * x + b",
            "w * (x + b)",
        ),
        mistake(
            "x²: the function itself",
            "You return x² itself. Its derivative is 2x.",
            "return 2 * x\n",
            "return x**2\n",
        ),
        mistake(
            "x²: constant derivative",
            "You return 2, which is the derivative of 2x. The derivative of x² depends on x: it is 2x.",
            "return 2 * x\n",
            "return 2 + 0 * x\n",
        ),
        mistake(
            "x²: missing factor",
            "The factor 2 is missing. By the power rule, the exponent becomes a factor: the derivative of x² is 2x.",
            "return 2 * x\n",
            "return x\n",
        ),
        mistake(
            "x³: the function itself",
            "You return x³ itself. Its derivative is 3x².",
            "return 3 * x**2",
            "return x**3",
        ),
        mistake(
            "x³: missing factor",
            "The factor 3 is missing. By the power rule, the exponent becomes a factor: the derivative of x³ is 3x².",
            "return 3 * x**2",
            "return x**2",
        ),
        mistake(
            "x³: exponent not reduced",
            "You return 3x³. By the power rule, the exponent is reduced by one: the derivative of x³ is 3x².",
            "return 3 * x**2",
            "return 3 * x**3",
        ),
        mistake(
            "x³: exponent reduced to 1",
            "You return 3x. By the power rule, the exponent becomes a factor and is reduced by one: the derivative "
            "of x³ is 3x².",
            "return 3 * x**2",
            "return 3 * x",
        ),
        mistake(
            "ln x: the function itself",
            "You return ln x itself. Its derivative is 1/x.",
            "return 1 / x",
            "return np.log(x)",
        ),
        mistake(
            "ln x: wrong sign",
            "You return -1/x. The function ln x increases everywhere, so its derivative is positive: 1/x.",
            "return 1 / x",
            "return -1 / x",
        ),
        mistake(
            "ln x: squared",
            "You return 1/x², which is the derivative of -1/x. The derivative of ln x is 1/x.",
            "return 1 / x",
            "return 1 / x**2",
        ),
        mistake(
            "ln x: derivative of 1/x",
            "You return -1/x², which is the derivative of 1/x. You have differentiated twice. The derivative of ln x "
            "is 1/x itself.",
            "return 1 / x",
            "return -1 / x**2",
        ),
        mistake(
            "ln x: e^x",
            "You return e^x, which is the inverse function of ln x. The derivative of ln x is 1/x.",
            "return 1 / x",
            "return np.exp(x)",
        ),
        mistake(
            "e^x: power rule",
            "You apply the power rule to e^x and return x e^(x-1). The power rule needs a variable base and a fixed "
            "exponent. Here the exponent varies: e^x is its own derivative.",
            "return np.exp(x)",
            "return x * np.exp(x - 1)",
        ),
        mistake(
            "e^x: times x",
            "You return x e^x. There is no factor x: e^x is its own derivative.",
            "return np.exp(x)",
            "return x * np.exp(x)",
        ),
        mistake(
            "e^x: 1 / x",
            "You return 1/x, which is the derivative of ln x. e^x is its own derivative.",
            "return np.exp(x)",
            "return 1 / x",
        ),
        mistake(
            "e^x: one number only",
            "math.exp accepts a single number and raises an error for an array. np.exp accepts both.",
            "return np.exp(x)",
            "import math\n\n    return math.exp(x)",
        ),
        mistake(
            "e^x: 2.72 for e",
            "You use 2.72 for e, which is not exact enough. Use np.exp.",
            "return np.exp(x)",
            "return 2.72**x",
        ),
        mistake(
            "polynomial: constant not removed",
            "Your result is 1 too large everywhere, as if the derivative of the constant b were 1. The derivative of "
            "a constant is 0: 4x + 3.",
            "return 4 * x + 3",
            "return 4 * x + 3 + 1",
        ),
        mistake(
            "polynomial: 3 omitted",
            "The derivative of 3x, which is 3, is missing. The whole derivative is 4x + 3.",
            "return 4 * x + 3",
            "return 4 * x",
        ),
        mistake(
            "polynomial: 2x for 2x²",
            "The derivative of 2x² is 2 times 2x, which is 4x. The whole derivative is 4x + 3.",
            "return 4 * x + 3",
            "return 2 * x + 3",
        ),
        mistake(
            "polynomial: 3x not differentiated",
            "The derivative of 3x is 3, not 3x. The whole derivative is 4x + 3.",
            "return 4 * x + 3",
            "return 4 * x + 3 * x",
        ),
        mistake(
            "polynomial: the function itself",
            "You return 2x² + 3x itself. Its derivative is 4x + 3.",
            "return 4 * x + 3",
            "return 2 * x**2 + 3 * x",
        ),
    ),
    hints=(
        "The derivative is the slope of the function: how fast it grows when x grows a little. Compare x² at 3 and "
        "at 3.001.",
        "Power rule: the exponent becomes a factor and is reduced by one. Sum rule: add the derivatives. A constant "
        "factor is kept. The derivative of a constant is 0.",
        "w * x + b; 2 * x; 3 * x**2; 1 / x; np.exp(x); 4 * x + 3.",
    ),
    explanation="Backpropagation multiplies derivatives like these along a chain. If L depends on a, a on z, and z on "
    "w, the chain rule gives dL/dw = dL/da · da/dz · dz/dw. Each of the three factors is as simple as the ones in "
    "this exercise.",
    library="maths/activations/elementwise.py Exponential",
    question="A network without activation functions has three layers, so it applies three linear functions in a "
    "row. One linear function does the same: what are its slope and its intercept?",
    quiz=quiz,
)
