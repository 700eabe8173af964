"""How Exercise 0 is checked: each function at single numbers, and at arrays."""

import numpy as np

from glassnet.lab.exercise import Case, Exercise, call, wrong

X = np.array([0.4, 1.7, 2.6])

BELOW = np.array([-1.3, -0.6, 2.4])


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Ask for one number."""
    a, b, x = (int(number) for number in rng.integers(2, 9, 3))
    return f"What is the slope of {a}x² + {b}x + 5 at x = {x}?", float(2 * a * x + b)


EXERCISE = Exercise(
    number="0",
    title="Ideas",
    defines=("line", "d_square", "d_cube", "d_log", "d_exp", "d_polynomial"),
    cases=(
        Case("a point of the line", call("line", 2.0, 0.5, 1.0)),
        Case("three points of another line", call("line", BELOW, -1.5, 0.7)),
        Case("the slope of x²", call("d_square", 1.7)),
        Case("the slope of x² at three places", call("d_square", BELOW)),
        Case("the slope of x³", call("d_cube", 1.7)),
        Case("the slope of x³ at three places", call("d_cube", BELOW)),
        Case("the slope of ln x", call("d_log", 1.7)),
        Case("the slope of ln x at three places", call("d_log", X)),
        Case("the slope of e^x", call("d_exp", 1.7)),
        Case("the slope of e^x at three places", call("d_exp", BELOW)),
        Case("the slope of 2x² + 3x + b", call("d_polynomial", 1.7)),
        Case("the slope of 2x² + 3x + b at three places", call("d_polynomial", BELOW)),
    ),
    wrongs=(
        wrong(
            "line: w and b exchanged",
            "You multiply by b and add w. The weight w is the slope, so it stands at x: w * x + b.",
            "w * x + b",
            "b * x + w",
        ),
        wrong(
            "line: no bias",
            "The bias b is missing: every line goes through 0. It is w * x + b.",
            "w * x + b",
            "w * x",
        ),
        wrong(
            "line: the bias is subtracted",
            "You subtract the bias. It is w * x + b.",
            "w * x + b",
            "w * x - b",
        ),
        wrong(
            "line: the bias is multiplied, too",
            "You multiply the bias by w as well. The line is (w * x) + b.",
            "w * x + b",
            "w * (x + b)",
        ),
        wrong(
            "x²: the function itself",
            "You return x² itself; its slope is 2x.",
            "return 2 * x\n",
            "return x**2\n",
        ),
        wrong(
            "x²: no x",
            "You return 2, which is the slope of 2x. That of x² grows with x: 2x.",
            "return 2 * x\n",
            "return 2 + 0 * x\n",
        ),
        wrong(
            "x²: the factor is missing",
            "The exponent comes down as a factor: the slope of x² is 2x.",
            "return 2 * x\n",
            "return x\n",
        ),
        wrong(
            "x³: the function itself",
            "You return x³ itself; its slope is 3x².",
            "return 3 * x**2",
            "return x**3",
        ),
        wrong(
            "x³: the factor is missing",
            "The exponent comes down as a factor: the slope of x³ is 3x².",
            "return 3 * x**2",
            "return x**2",
        ),
        wrong(
            "x³: the exponent stays",
            "The exponent goes down by one: the slope of x³ is 3x², not 3x³.",
            "return 3 * x**2",
            "return 3 * x**3",
        ),
        wrong(
            "x³: the exponent as a factor only",
            "You return 3x. The exponent comes down as a factor and leaves one less behind: 3x².",
            "return 3 * x**2",
            "return 3 * x",
        ),
        wrong(
            "ln x: the function itself",
            "You return ln x itself; its slope is 1/x.",
            "return 1 / x",
            "return np.log(x)",
        ),
        wrong(
            "ln x: the sign",
            "You return -1/x. ln x grows everywhere, so its slope is above 0: 1/x.",
            "return 1 / x",
            "return -1 / x",
        ),
        wrong(
            "ln x: squared",
            "You return 1/x². That belongs to -1/x; the slope of ln x is 1/x.",
            "return 1 / x",
            "return 1 / x**2",
        ),
        wrong(
            "ln x: the slope of 1/x",
            "You return -1/x², the slope of 1/x: one step too far. The slope of ln x is 1/x itself.",
            "return 1 / x",
            "return -1 / x**2",
        ),
        wrong(
            "ln x: e^x",
            "You return e^x, which undoes ln x. The slope of ln x is 1/x.",
            "return 1 / x",
            "return np.exp(x)",
        ),
        wrong(
            "e^x: as if it were a power of x",
            "You treat e^x like a power of x: x e^(x-1). There the exponent is fixed and the base varies. e^x is its "
            "own slope.",
            "return np.exp(x)",
            "return x * np.exp(x - 1)",
        ),
        wrong(
            "e^x: times x",
            "You return x e^x. e^x is its own slope.",
            "return np.exp(x)",
            "return x * np.exp(x)",
        ),
        wrong(
            "e^x: 1 / x",
            "You return 1/x, the slope of ln x. e^x is its own slope.",
            "return np.exp(x)",
            "return 1 / x",
        ),
        wrong(
            "e^x: one number only",
            "math.exp takes one number, and refuses an array. np.exp takes both.",
            "return np.exp(x)",
            "import math\n\n    return math.exp(x)",
        ),
        wrong(
            "e^x: 2.72 for e",
            "You take 2.72 for e. Take np.exp.",
            "return np.exp(x)",
            "return 2.72**x",
        ),
        wrong(
            "polynomial: the constant stays",
            "Your slope is 1 too large everywhere, as if the constant b had slope 1. A constant has slope 0: 4x + 3.",
            "return 4 * x + 3",
            "return 4 * x + 3 + 1",
        ),
        wrong(
            "polynomial: the 3 is missing",
            "You have left out the slope of 3x, which is 3: together 4x + 3.",
            "return 4 * x + 3",
            "return 4 * x",
        ),
        wrong(
            "polynomial: 2x for 2x²",
            "The slope of 2x² is 2 times 2x, so 4x: together 4x + 3.",
            "return 4 * x + 3",
            "return 2 * x + 3",
        ),
        wrong(
            "polynomial: 3x stays",
            "The slope of 3x is 3, not 3x: together 4x + 3.",
            "return 4 * x + 3",
            "return 4 * x + 3 * x",
        ),
        wrong(
            "polynomial: the function itself",
            "You return 2x² + 3x itself; its slope is 4x + 3.",
            "return 4 * x + 3",
            "return 2 * x**2 + 3 * x",
        ),
    ),
    hints=(
        "A slope says how much the function grows when x grows a little. Compare x² at 3 and at 3.001.",
        "A power: its exponent comes down as a factor, and goes down by one. A sum: add the slopes. A factor stays. "
        "A constant has slope 0.",
        "w * x + b; 2 * x; 3 * x**2; 1 / x; np.exp(x); 4 * x + 3.",
    ),
    why="All of backpropagation is such slopes, multiplied along a chain: if L depends on a, a on z, and z on w, then "
    "dL/dw = dL/da · da/dz · dz/dw, and each of the three is as simple as these.",
    library="maths/activations.py Exponential",
    question="A network without activation functions has three layers, so three lines one after the other. Which "
    "slope and which intercept has the one line that does the same?",
    quiz=quiz,
)
