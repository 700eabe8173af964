"""Checks of Exercise 6a."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from glassnet.lab.exercise import Case, Exercise, Namespace, call, mistake


def large(*numbers: float) -> Callable[[Namespace], Any]:
    """Return an observation: the sigmoid of large numbers, rounded to nine decimals, so that 7e-218 counts as 0."""

    def observe(names: Namespace) -> list[float]:
        found = []
        for x in numbers:
            try:
                found.append(round(float(names.math_sigmoid(x)), 9))
            except OverflowError as error:
                raise OverflowError(f"math range error, for x = {x}").with_traceback(error.__traceback__) from None
        return found

    return observe


def of_a_list(names: Namespace) -> Any:
    """Return the sigmoid of a list. The message of the TypeError is replaced, because it depends on the answer."""
    try:
        return names.math_sigmoid([1, 2, 3])
    except TypeError as error:
        raise TypeError("with any message").with_traceback(error.__traceback__) from None


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Return a question and its answer, a number."""
    x = float(round(rng.uniform(-2, 2), 1))
    return f"What is 1 / (1 + e^-x) for x = {x}, to three decimals?", 1 / (1 + math.exp(-x))


def vector(names: Namespace) -> list[Any]:
    """Return the sigmoids of five numbers."""
    return [names.math_sigmoid(x) for x in (0.9, 0.2, 0.1, -0.3, -0.7)]


RESULT = "numerator / (1 + e)"

EXERCISE = Exercise(
    number="6a",
    title="Sigmoid of a single number",
    defines=("math_sigmoid",),
    cases=(
        Case("x = 5", call("math_sigmoid", 5)),
        Case("x = 0", call("math_sigmoid", 0)),
        Case("x = -3.2", call("math_sigmoid", -3.2)),
        Case("five small numbers", vector, "math_sigmoid of 0.9, 0.2, 0.1, -0.3, -0.7"),
        Case(
            "x = 12 and x = -12", lambda names: [names.math_sigmoid(x) for x in (12, -12)], "math_sigmoid of 12 and -12"
        ),
        Case("large negative numbers", large(-710, -1000), "math_sigmoid of -710 and -1000, to nine decimals"),
        Case("large positive numbers", large(710, 1000), "math_sigmoid of 710 and 1000, to nine decimals"),
        Case("a list: TypeError", of_a_list, "math_sigmoid([1, 2, 3])"),
    ),
    robustness=(
        "large negative numbers",
        "large positive numbers",
        "a list: TypeError",
    ),
    mistakes=(
        mistake(
            "overflows for negative x",
            "Your formula is correct, but for x = -710 it computes e^710, which is larger than any float: "
            "OverflowError. For negative x, use the other formula, e^x / (1 + e^x), whose exponent is negative.",
            "math.exp(-abs(x))",
            "math.exp(-x)",
            "1 if x >= 0 else e",
            "1",
        ),
        mistake(
            "overflows for positive x",
            "e^x / (1 + e^x) is the sigmoid, but for x = 710 the value e^x is larger than any float: OverflowError. "
            "For x >= 0, use the other formula, 1 / (1 + e^-x).",
            "math.exp(-abs(x))",
            "math.exp(x)",
            "1 if x >= 0 else e",
            "e",
        ),
        mistake(
            "formulas swapped",
            "You use both formulas, but each for the wrong sign of x, so both overflow, at -710 and at 710. Use 1 / "
            "(1 + e^-x) for x >= 0 and e^x / (1 + e^x) for x < 0.",
            "math.exp(-abs(x))",
            "math.exp(abs(x))",
            "1 if x >= 0 else e",
            "e if x >= 0 else 1",
        ),
        mistake(
            "missing minus sign",
            "Your function decreases, but the sigmoid increases: your math_sigmoid(5) is 0.0067. The exponent in 1 / "
            "(1 + e^-x) is -x.",
            RESULT,
            "1 / (1 + math.exp(x))",
        ),
        mistake(
            "numerators swapped",
            "Your function decreases, but the sigmoid increases: your math_sigmoid(5) is 0.0067. With e = e^-|x|, "
            "the result is 1 / (1 + e) for x >= 0, and e / (1 + e) for x < 0.",
            "1 if x >= 0 else e",
            "e if x >= 0 else 1",
        ),
        mistake(
            "no case for negative x",
            "Negative numbers give the same result as positive ones: math_sigmoid(-3.2) = 0.96. With e = e^-|x|, the "
            "formula 1 / (1 + e) holds only for x >= 0. For x < 0, use e / (1 + e).",
            "1 if x >= 0 else e",
            "1",
        ),
        mistake(
            "odd function",
            "For negative x you return minus the value at -x, as for tanh. The sigmoid ranges from 0 to 1, and its "
            "value at -x is 1 minus the value at x.",
            f"return {RESULT}",
            "return 1 / (1 + e) if x >= 0 else -1 / (1 + e)",
        ),
        mistake(
            "no case for positive x",
            "Positive numbers give the same result as negative ones: math_sigmoid(5) = 0.0067. With e = e^-|x|, the "
            "formula e / (1 + e) holds only for x < 0. For x >= 0, use 1 / (1 + e).",
            "1 if x >= 0 else e",
            "e",
        ),
        mistake(
            "missing parentheses",
            "Python evaluates 1 / 1 + e as (1 / 1) + e, so your results are larger than 1. Put the denominator in "
            "parentheses: 1 / (1 + e).",
            RESULT,
            "1 / 1 + math.exp(-x)",
        ),
        mistake(
            "missing 1 +",
            "Without 1 + in the denominator, 1 / e^-x is e^x, which is 148 for x = 5. The formula is 1 / (1 + e^-x).",
            RESULT,
            "1 / math.exp(-x)",
        ),
        mistake(
            "minus in the denominator",
            "You subtract in the denominator: 1 / (1 - e^-x) divides by 0 at x = 0. The denominator is 1 + e^-x.",
            RESULT,
            "1 / (1 - math.exp(-x))",
        ),
        mistake(
            "exactly 0 or 1 too early",
            "For |x| > 10 you return exactly 0 or 1. The sigmoid is 0.000006 at -12, and gradients depend on such "
            "small values. With the formula that matches the sign of x, nothing overflows, so no cutoff is needed.",
            f"return {RESULT}",
            f"return {RESULT} if abs(x) <= 10 else float(x > 0)",
        ),
        mistake(
            "1 for large negative x",
            "For large negative x you return 1. You catch the overflow of e^-x, but it means that x is very "
            "negative, where the sigmoid is 0.",
            f"return {RESULT}",
            f"return {RESULT} if x > -709 else 1.0",
        ),
        mistake(
            "2.718 for e",
            "You use 2.718 for e, so the sixth decimal of math_sigmoid(5) is wrong. Use math.exp, which is accurate "
            "to 16 digits.",
            "math.exp(-abs(x))",
            "2.718 ** -abs(x)",
        ),
        mistake(
            "base 2",
            "You compute a power of 2. The sigmoid uses powers of e: math.exp.",
            "math.exp(-abs(x))",
            "2.0 ** -abs(x)",
        ),
        mistake(
            "step function",
            "You return only 0 or 1. The sigmoid is smooth: 0.5 at 0, and 0.04 at -3.2.",
            RESULT,
            "float(round(numerator / (1 + e)))",
        ),
        mistake(
            "tanh",
            "This is tanh, which ranges from -1 to 1. The sigmoid ranges from 0 to 1.",
            RESULT,
            "math.tanh(x)",
        ),
        mistake(
            "accepts lists",
            "Your function accepts a list. It should work for a single number, and a list should raise TypeError "
            "(math.exp does that). Arrays follow in the next exercise.",
            "e = math.exp(-abs(x))",
            "if isinstance(x, list):\n        return [math_sigmoid(one) for one in x]\n    e = math.exp(-abs(x))",
        ),
    ),
    hints=(
        "For which x is e^-x a large number, and for which x is e^x? Try your function at -1000 and at 1000.",
        "Use an if with two branches: the formula with e^-x for x >= 0, and the formula with e^x otherwise. Then the "
        "exponent is never positive.",
        "if x >= 0: return 1 / (1 + math.exp(-x)); otherwise e = math.exp(x) and return e / (1 + e).",
    ),
    explanation="Both formulas are the same fraction: the second is the first with numerator and denominator "
    "multiplied by e^x. They differ in the intermediate values. A very negative exponent is harmless: e^-1000 is "
    "rounded to 0, and 0 / (1 + 0) is the correct result to 300 decimals.",
    library="maths/activations/elementwise.py Sigmoid.forward",
    question="In floating point, sigmoid(40) is exactly 1.0, but sigmoid(-40) is 4.2e-18, not 0. Why can a float be "
    "so much closer to 0 than to 1?",
    quiz=quiz,
)
