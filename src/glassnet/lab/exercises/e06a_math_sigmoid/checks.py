"""How Exercise 6a is checked."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from glassnet.lab.exercise import Case, Exercise, Names, call, wrong


def far_out(*numbers: float) -> Callable[[Names], Any]:
    """Return what asks for the sigmoid of large numbers, to nine decimals: 7e-218 is as good an answer as 0."""

    def observe(names: Names) -> list[float]:
        found = []
        for x in numbers:
            try:
                found.append(round(float(names.math_sigmoid(x)), 9))
            except OverflowError as error:
                raise OverflowError(f"math range error, for x = {x}").with_traceback(error.__traceback__) from None
        return found

    return observe


def of_a_list(names: Names) -> Any:
    """Return the sigmoid of a list; the words of the TypeError depend on how the formula is written."""
    try:
        return names.math_sigmoid([1, 2, 3])
    except TypeError as error:
        raise TypeError("in Python's words").with_traceback(error.__traceback__) from None


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Ask for one number."""
    x = float(round(rng.uniform(-2, 2), 1))
    return f"What is 1 / (1 + e^-x) for x = {x}, to three decimals?", 1 / (1 + math.exp(-x))


def vector(names: Names) -> list[Any]:
    """Return the sigmoids of five numbers, one after the other."""
    return [names.math_sigmoid(x) for x in (0.9, 0.2, 0.1, -0.3, -0.7)]


FRACTION = "above / (1 + e)"

EXERCISE = Exercise(
    number="6a",
    title="The sigmoid of one number",
    defines=("math_sigmoid",),
    cases=(
        Case("of 5", call("math_sigmoid", 5)),
        Case("of 0", call("math_sigmoid", 0)),
        Case("of -3.2", call("math_sigmoid", -3.2)),
        Case("five small numbers", vector, "math_sigmoid of 0.9, 0.2, 0.1, -0.3, -0.7"),
        Case("of 12 and -12", lambda names: [names.math_sigmoid(x) for x in (12, -12)], "math_sigmoid of 12 and -12"),
        Case("far below 0", far_out(-710, -1000), "math_sigmoid of -710 and -1000, to nine decimals"),
        Case("far above 0", far_out(710, 1000), "math_sigmoid of 710 and 1000, to nine decimals"),
        Case("a list", of_a_list, "math_sigmoid([1, 2, 3])"),
    ),
    wrongs=(
        wrong(
            "overflows below 0",
            "Your formula is right, but for x = -710 it asks for e^710, and no float is that large: OverflowError. "
            "For negative x use the other form, e^x / (1 + e^x), where the exponent is negative.",
            "math.exp(-abs(x))",
            "math.exp(-x)",
            "1 if x >= 0 else e",
            "1",
        ),
        wrong(
            "overflows above 0",
            "e^x / (1 + e^x) is the sigmoid, but for x = 710 no float is as large as e^x: OverflowError. For x of 0 "
            "and more use the other form, 1 / (1 + e^-x).",
            "math.exp(-abs(x))",
            "math.exp(x)",
            "1 if x >= 0 else e",
            "e",
        ),
        wrong(
            "the forms are exchanged",
            "You have both forms, but on the wrong sides, so both overflow, at -710 and at 710. 1 / (1 + e^-x) "
            "belongs to x >= 0, e^x / (1 + e^x) to x < 0.",
            "math.exp(-abs(x))",
            "math.exp(abs(x))",
            "1 if x >= 0 else e",
            "e if x >= 0 else 1",
        ),
        wrong(
            "the minus is missing",
            "Your function falls where the sigmoid rises: math_sigmoid(5) gives 0.0067. The exponent in 1 / (1 + "
            "e^-x) is -x.",
            FRACTION,
            "1 / (1 + math.exp(x))",
        ),
        wrong(
            "the fractions are exchanged",
            "Your function falls where the sigmoid rises: math_sigmoid(5) gives 0.0067. With e = e^-|x|, the "
            "fraction for x >= 0 is 1 / (1 + e), and the one for x < 0 is e / (1 + e).",
            "1 if x >= 0 else e",
            "e if x >= 0 else 1",
        ),
        wrong(
            "no side for negative numbers",
            "Negative numbers give the same as positive ones, math_sigmoid(-3.2) = 0.96: with e = e^-|x| the "
            "fraction 1 / (1 + e) is right for x >= 0 only. For x < 0 it is e / (1 + e).",
            "1 if x >= 0 else e",
            "1",
        ),
        wrong(
            "an odd function",
            "For negative x you return minus the value for -x, as tanh would. The sigmoid goes from 0 to 1: for -x "
            "it is 1 minus the value for x.",
            f"return {FRACTION}",
            "return 1 / (1 + e) if x >= 0 else -1 / (1 + e)",
        ),
        wrong(
            "e above the line everywhere",
            "Positive numbers give the same as negative ones, math_sigmoid(5) = 0.0067: with e = e^-|x| the fraction "
            "e / (1 + e) is right for x < 0 only. For x >= 0 it is 1 / (1 + e).",
            "1 if x >= 0 else e",
            "e",
        ),
        wrong(
            "the brackets",
            "1 / 1 + e is read as (1 / 1) + e, so your results are larger than 1. The sum below the line needs "
            "brackets: 1 / (1 + e).",
            FRACTION,
            "1 / 1 + math.exp(-x)",
        ),
        wrong(
            "1 + is missing",
            "Without the 1 + below the line, 1 / e^-x is only e^x: 148 for x = 5. It is 1 / (1 + e^-x).",
            FRACTION,
            "1 / math.exp(-x)",
        ),
        wrong(
            "minus below the line",
            "Below the line you subtract: 1 / (1 - e^-x) divides by 0 at x = 0. It is 1 + e^-x.",
            FRACTION,
            "1 / (1 - math.exp(-x))",
        ),
        wrong(
            "0 and 1 too early",
            "From |x| = 10 on you return exactly 0 or 1. The sigmoid is 0.000006 at -12, and gradients live on such "
            "numbers. With the form that fits the sign of x nothing overflows, and nothing has to be cut off.",
            f"return {FRACTION}",
            f"return {FRACTION} if abs(x) <= 10 else float(x > 0)",
        ),
        wrong(
            "the wrong end",
            "Far below 0 you return 1: the overflow of e^-x is caught, but it means that x is very negative, and there "
            "the sigmoid is 0.",
            f"return {FRACTION}",
            f"return {FRACTION} if x > -709 else 1.0",
        ),
        wrong(
            "2.718 for e",
            "You use 2.718 for e; math_sigmoid(5) then differs in the sixth decimal. math.exp knows e to 16 digits.",
            "math.exp(-abs(x))",
            "2.718 ** -abs(x)",
        ),
        wrong(
            "a power of 2",
            "You raise 2 to the power of x. The sigmoid takes e: math.exp.",
            "math.exp(-abs(x))",
            "2.0 ** -abs(x)",
        ),
        wrong(
            "a step",
            "You return 0 or 1. The sigmoid is smooth in between: 0.5 at 0, 0.04 at -3.2.",
            FRACTION,
            "float(round(above / (1 + e)))",
        ),
        wrong(
            "tanh",
            "That is tanh, from -1 to 1. The sigmoid goes from 0 to 1.",
            FRACTION,
            "math.tanh(x)",
        ),
        wrong(
            "takes lists",
            "Your function takes lists. This one is for one number, and a list should end in a TypeError (math.exp "
            "does that by itself); in the next exercise arrays are asked for.",
            "e = math.exp(-abs(x))",
            "if isinstance(x, list):\n        return [math_sigmoid(one) for one in x]\n    e = math.exp(-abs(x))",
        ),
    ),
    hints=(
        "For which x is e^-x a large number, and for which is e^x? Try your function at -1000 and at 1000.",
        "An if with two branches: for x >= 0 the form with e^-x, otherwise the form with e^x. The exponent is never "
        "above 0 then.",
        "if x >= 0: return 1 / (1 + math.exp(-x)); otherwise e = math.exp(x) and return e / (1 + e).",
    ),
    why="Both forms are the same fraction, once multiplied by e^x above and below the line. What differs is the size "
    "of the numbers on the way. A very negative exponent does no harm: e^-1000 is rounded to 0, and 0 / (1 + 0) is "
    "the right answer to 300 decimals.",
    library="maths/activations/elementwise.py Sigmoid.forward",
    question="sigma(40) comes out as exactly 1.0, while sigma(-40) is 4.2e-18 and not 0. Why can a float stand so "
    "much closer to 0 than to 1?",
    quiz=quiz,
)
