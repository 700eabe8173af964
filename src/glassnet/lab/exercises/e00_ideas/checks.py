"""Checks of Exercise 0: each function for single numbers and for arrays."""

import numpy as np

from glassnet.lab.exercise import Case, Exercise, call

X = np.array([0.4, 1.7, 2.6])

BELOW = np.array([-1.3, -0.6, 2.4])


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Return a question and its answer, a number."""
    a, b, x = (int(number) for number in rng.integers(2, 9, 3))
    return f"What is the derivative of {a}x² + {b}x + 5 at x = {x}?", float(2 * a * x + b)


EXERCISE = Exercise(
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
    quiz=quiz,
)
