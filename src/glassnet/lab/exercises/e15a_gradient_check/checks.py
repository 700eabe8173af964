"""How Exercise 15a is checked: on functions whose differences are known, with steps small and large."""

from typing import Any

import numpy as np

from glassnet.lab.exercise import Case, Exercise, Namespace, call, mistake


def mixed(theta: Any) -> Any:
    """sin(t0) + t0 t1^2 + e^t2."""
    return np.sin(theta[0]) + theta[0] * theta[1] ** 2 + np.exp(theta[2])


def cubic(theta: Any) -> Any:
    """The sum of t^3: its central differences are 3 t^2 + h^2, one-sided ones 3 t^2 + 3 t h + h^2."""
    return np.sum(theta**3)


def squares(theta: Any) -> Any:
    """The sum of (A theta)^2 for a matrix theta, (3, 2)."""
    A = np.array([[1.0, -2.0, 0.5], [0.3, 1.2, -0.7]])
    return np.sum((A @ theta) ** 2)


def stack(theta: Any) -> Any:
    """A weighted sum of t^2 for an array of three axes, (2, 1, 3)."""
    return sum((i + 2 * k + 1) * theta[i, 0, k] ** 2 for i in range(2) for k in range(3))


VECTOR = np.array([0.7, -1.2, 0.4])

TABLE = np.array([[0.5, -1.1], [0.8, 1.6], [-0.9, 0.2]])

STACK = np.array([[[0.5, -1.1, 0.8]], [[1.6, -0.9, 0.2]]])

WHOLE = np.array([1, -2, 1])


def gradient(about: str, f: Any, theta: Any, **options: Any) -> Case:
    """Return a case: the differences of f at theta; what f does is said in its docstring."""
    doing = call("numerical_gradient", f, theta, **options)
    return Case(about, doing, f"{doing} for {f.__name__}: {f.__doc__.rstrip('.')}")


def after(names: Namespace) -> Any:
    """What theta holds after the call."""
    theta, whole = TABLE.copy(), WHOLE.copy()
    names.numerical_gradient(squares, theta, h=0.25)
    names.numerical_gradient(mixed, whole, h=0.25)
    return {"floats": theta, "integers": whole}


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Ask for one number."""
    theta, h = int(rng.integers(2, 9)), float(rng.choice([0.1, 0.2, 0.5]))
    return f"f(x) = x^3, at x = {theta} with h = {h}: what do central differences give?", 3 * theta**2 + h**2


ABOVE, BELOW, QUOTIENT = "above = f(point)", "below = f(point)", "(above - below) / (2 * h)"

ERROR = "np.linalg.norm(a - b) / size"

EXERCISE = Exercise(
    number="15a",
    title="Is the gradient right?",
    defines=("numerical_gradient", "relative_error"),
    cases=(
        gradient("a vector", mixed, VECTOR),
        gradient("a large step", cubic, np.array([2.0, -1.0, 0.5]), h=0.1),
        gradient("a matrix", squares, TABLE),
        gradient("three axes", stack, STACK),
        gradient("whole numbers", mixed, WHOLE),
        Case("theta afterwards", after, "theta after numerical_gradient(f, theta, h=0.25)"),
        Case(
            "the error of two vectors", call("relative_error", np.array([3.0, -4.0, 1.0]), np.array([2.5, -4.2, 1.4]))
        ),
        Case("the error of two matrices", call("relative_error", TABLE, TABLE + np.array([[0.1, -0.3]]))),
        Case("the error of three axes", call("relative_error", STACK, 1.5 * STACK + 0.1)),
        Case("the error of opposite ones", call("relative_error", VECTOR, -VECTOR)),
        Case("the error of equal ones", call("relative_error", VECTOR, VECTOR)),
        Case("the error where both are 0", call("relative_error", np.zeros((2, 3)), np.zeros((2, 3)))),
    ),
    mistakes=(
        mistake(
            "one-sided, forward",
            "You take f(theta + h) - f(theta), a step to one side only. Its error is of order h: for t**3 at 2 with "
            "h = 0.1 it gives 12.61, steps to both sides 12.01. Take (f(theta + h) - f(theta - h)) / (2 h).",
            "point[place] = there - h",
            "point[place] = there + 0",
            "(2 * h)",
            "h",
        ),
        mistake(
            "one-sided, backward",
            "You take f(theta) - f(theta - h), a step to one side only. Its error is of order h: for t**3 at 2 with "
            "h = 0.1 it gives 11.41, steps to both sides 12.01. Take (f(theta + h) - f(theta - h)) / (2 h).",
            "point[place] = there + h",
            "point[place] = there + 0",
            "(2 * h)",
            "h",
        ),
        mistake(
            "divided by h",
            "Your differences are twice as large as they should be: from theta - h to theta + h it is 2 h.",
            "(2 * h)",
            "h",
        ),
        mistake(
            "half the difference of one side",
            "You divide a step to one side, of length h, by 2 h. Step to both sides: f(theta + h) - f(theta - h).",
            "point[place] = there - h",
            "point[place] = there",
        ),
        mistake(
            "divided by 2, times h",
            "x / 2 * h means (x / 2) * h, so you multiply by h instead of dividing. Write x / (2 * h).",
            "/ (2 * h)",
            "/ 2 * h",
        ),
        mistake(
            "not divided",
            "You return differences, which become smaller as h does. Divide them by the length of the step, 2 h.",
            QUOTIENT,
            "above - below",
        ),
        mistake(
            "the sign",
            "Your slopes have the wrong sign: it is f(theta + h) - f(theta - h), above minus below.",
            "(above - below)",
            "(below - above)",
        ),
        mistake(
            "the step grows with the entry",
            "Your step is h times the entry. It should be h itself, whatever the entry: with h = 0.1, t**3 at 2 has "
            "to give 12.01.",
            "there = point[place]",
            "there = point[place]\n        h = h_given * max(1, abs(there))",
            "gradient = np.zeros(point.shape)",
            "gradient, h_given = np.zeros(point.shape), h",
        ),
        mistake(
            "h is ignored",
            "You step by 1e-5, whatever h is given. Use h: with h = 0.1, t**3 at 2 has to give 12.01.",
            "gradient = np.zeros(point.shape)",
            "gradient, h = np.zeros(point.shape), 1e-5",
        ),
        mistake(
            "all entries at once",
            "You move all entries together and so measure the sum of all slopes, the same number for every entry. "
            "Move one entry, with the others where they were.",
            ABOVE,
            "above = f(theta + h)",
            BELOW,
            "below = f(theta - h)",
        ),
        mistake(
            "a whole row at once",
            "You loop over the first axis and move a whole row together. Every entry has a slope of its own: "
            "np.ndindex(theta.shape) goes through all of them.",
            "np.ndindex(point.shape)",
            "range(len(point))",
            "there = point[place]",
            "there = point[place].copy()",
        ),
        mistake(
            "entries are not moved back",
            "An entry stays moved when the next one's turn comes, so later slopes belong to another place, h away. "
            "Put the old value back after each entry.",
            "point[place] = there\n",
            "pass\n",
        ),
        mistake(
            "theta is changed",
            "theta has moved by h after the call: you work on the caller's array and do not put the numbers back. "
            "Work on a copy, np.array(theta, dtype=float), and put every entry back.",
            "np.array(theta, dtype=float)",
            "np.asarray(theta, dtype=float)",
            "point[place] = there\n",
            "pass\n",
        ),
        mistake(
            "steps are cut off",
            "theta holds whole numbers, and so does your copy: 1 + 0.00001 written into it becomes 1, and 1 - "
            "0.00001 becomes 0. The function jumps, and the slopes are far too large. Make a copy of floats: "
            "np.array(theta, dtype=float).",
            "np.array(theta, dtype=float)",
            "np.array(theta)",
        ),
        mistake(
            "steps are cut off to 0",
            "For a theta of whole numbers all your slopes are 0: the step h was written into an array of integers, "
            "where it becomes 0, as np.zeros_like(theta) makes one. Use np.zeros(theta.shape), or convert theta to "
            "floats first.",
            ABOVE,
            "above = f(theta + (point - theta).astype(theta.dtype))",
            BELOW,
            "below = f(theta + (point - theta).astype(theta.dtype))",
        ),
        mistake(
            "slopes are cut off",
            "For a theta of whole numbers your slopes are whole numbers: np.zeros_like(theta) holds integers like "
            "theta. Use np.zeros(theta.shape).",
            "np.zeros(point.shape)",
            "np.zeros_like(theta)",
        ),
        mistake(
            "f gets a flat vector",
            "f gets a flat vector. It expects an array of the shape of theta, since it may take rows and columns of "
            "it.",
            ABOVE,
            "above = f(point.ravel())",
            BELOW,
            "below = f(point.ravel())",
        ),
        mistake(
            "a flat gradient",
            "The gradient comes back as a flat vector. It has the shape of theta, so that it can be compared with dW.",
            "return gradient",
            "return gradient.ravel()",
        ),
        mistake(
            "the absolute error",
            "You return the length of the difference alone. It says nothing without the size of the gradients: 0.001 "
            "is little beside 1 and all of it beside 0.001. Divide by the sum of both lengths.",
            f"return {ERROR}",
            "return np.linalg.norm(a - b)",
        ),
        mistake(
            "divided by the first alone",
            "You divide by the length of a alone: for b = -a that gives 2, and for a = 0 a division by 0. Divide by "
            "the sum of both lengths.",
            "np.linalg.norm(a) + np.linalg.norm(b)",
            "np.linalg.norm(a)",
        ),
        mistake(
            "divided by the second alone",
            "You divide by the length of b alone: for b = -a that gives 2, and for b = 0 a division by 0. Divide by "
            "the sum of both lengths.",
            "np.linalg.norm(a) + np.linalg.norm(b)",
            "np.linalg.norm(b)",
        ),
        mistake(
            "divided by the larger",
            "You divide by the larger of the two lengths. Then opposite gradients have the error 2; divided by the "
            "sum of both they have 1.",
            "np.linalg.norm(a) + np.linalg.norm(b)",
            "max(np.linalg.norm(a), np.linalg.norm(b))",
        ),
        mistake(
            "divided by the length of the sum",
            "You divide by the length of a + b. For opposite gradients, the worst there are, that is 0. Divide by "
            "the sum of the two lengths.",
            "np.linalg.norm(a) + np.linalg.norm(b)",
            "np.linalg.norm(a + b)",
        ),
        mistake(
            "divided by the length of the sum, inf for opposite ones",
            "You divide by the length of a + b. For opposite gradients, the worst there are, that is a division by 0. "
            "Divide by the sum of the two lengths.",
            ERROR,
            "np.linalg.norm(a - b) / np.linalg.norm(a + b)",
        ),
        mistake(
            "the largest singular value",
            "np.linalg.norm(a, 2) of a matrix is its largest singular value, another measure, and it fails for three "
            "axes. Without the 2, np.linalg.norm(a) is the root of the sum of all squares.",
            "np.linalg.norm(a) + np.linalg.norm(b)",
            "np.linalg.norm(a, 2) + np.linalg.norm(b, 2)",
            "np.linalg.norm(a - b)",
            "np.linalg.norm(a - b, 2)",
        ),
        mistake(
            "nan for zeros",
            "Where both are 0 you divide 0 by 0, which is nan. Equal gradients have the error 0: ask first whether the "
            "sum of the lengths is 0.",
            f"{ERROR} if size else 0.0",
            f"np.float64({ERROR})",
        ),
        mistake(
            "the difference of the lengths",
            "You subtract the lengths. Vectors of one length can point anywhere: (3, -4) and (-3, 4) would have the "
            "error 0. Take the length of the difference a - b.",
            "np.linalg.norm(a - b)",
            "abs(np.linalg.norm(a) - np.linalg.norm(b))",
        ),
        mistake(
            "squared lengths",
            "You use sums of squares without the root. Small errors then look far too small: 0.001 becomes 0.000001. "
            "Take lengths, np.linalg.norm.",
            "np.linalg.norm(a) + np.linalg.norm(b)",
            "np.sum(a**2) + np.sum(b**2)",
            "np.linalg.norm(a - b)",
            "np.sum((a - b) ** 2)",
        ),
        mistake(
            "the largest error of an entry",
            "You take the largest relative error of a single entry. An entry near 0 then decides alone. Here the "
            "lengths of the whole arrays are compared.",
            ERROR,
            "np.max(np.abs(a - b) / (np.abs(a) + np.abs(b)))",
        ),
    ),
    hints=(
        "Do it by hand for f(x, y) = x * y at (2, 3) with h = 0.1: four values of f, two differences. Which numbers "
        "does each entry's turn need, and what has to be as before when the next one comes?",
        "Copy theta as floats and make an array of zeros of its shape. For every place of np.ndindex(shape): "
        "remember the entry, set it h higher, call f, set it h lower, call f, put it back. np.linalg.norm gives the "
        "length of an array of any shape.",
        "gradient[place] = (above - below) / (2 * h); and norm(a - b) / (norm(a) + norm(b)), with 0 where the "
        "denominator is 0.",
    ),
    explanation="f(t + h) = f + f' h + f'' h^2 / 2 + f''' h^3 / 6 + ..., and the same with -h. In the difference all "
    "even terms cancel: 2 f' h + f''' h^3 / 3, and after the division f' + f''' h^2 / 6. For the cubic f''' is 6, so "
    "the error is h^2 exactly.",
    library="network/gradient_check.py check_gradient",
    question="The loss is known to about 16 digits. Rounding then puts an error of about 1e-16 / h into each slope, "
    "the bend one of about h^2. For which h is their sum smallest?",
    quiz=quiz,
)
