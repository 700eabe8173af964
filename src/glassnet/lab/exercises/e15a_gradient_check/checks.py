"""Tests of Exercise 15a: functions with known differences, and small and large steps."""

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
    """A weighted sum of t^2 for a three-dimensional array, (2, 1, 3)."""
    return sum((i + 2 * k + 1) * theta[i, 0, k] ** 2 for i in range(2) for k in range(3))


VECTOR = np.array([0.7, -1.2, 0.4])

TABLE = np.array([[0.5, -1.1], [0.8, 1.6], [-0.9, 0.2]])

STACK = np.array([[[0.5, -1.1, 0.8]], [[1.6, -0.9, 0.2]]])

WHOLE = np.array([1, -2, 1])


def gradient(about: str, f: Any, theta: Any, **options: Any) -> Case:
    """Return a test of the differences of f at theta, described by the docstring of f."""
    doing = call("numerical_gradient", f, theta, **options)
    return Case(about, doing, f"{doing} for {f.__name__}: {f.__doc__.rstrip('.')}")


def after(names: Namespace) -> Any:
    """Return theta after the call."""
    theta, whole = TABLE.copy(), WHOLE.copy()
    names.numerical_gradient(squares, theta, h=0.25)
    names.numerical_gradient(mixed, whole, h=0.25)
    return {"floats": theta, "integers": whole}


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Return a question with one number as its answer."""
    theta, h = int(rng.integers(2, 9)), float(rng.choice([0.1, 0.2, 0.5]))
    return f"f(x) = x^3, at x = {theta} with h = {h}: what is the result of central differences?", 3 * theta**2 + h**2


ABOVE, BELOW, QUOTIENT = "above = f(point)", "below = f(point)", "(above - below) / (2 * h)"

ERROR = "np.linalg.norm(a - b) / size"

EXERCISE = Exercise(
    number="15a",
    title="Gradient check",
    defines=("numerical_gradient", "relative_error"),
    cases=(
        gradient("a vector", mixed, VECTOR),
        gradient("a large step", cubic, np.array([2.0, -1.0, 0.5]), h=0.1),
        gradient("a matrix", squares, TABLE),
        gradient("three dimensions", stack, STACK),
        gradient("integers", mixed, WHOLE),
        Case("unchanged theta", after, "theta after numerical_gradient(f, theta, h=0.25)"),
        Case(
            "relative error of two vectors",
            call("relative_error", np.array([3.0, -4.0, 1.0]), np.array([2.5, -4.2, 1.4])),
        ),
        Case("relative error of two matrices", call("relative_error", TABLE, TABLE + np.array([[0.1, -0.3]]))),
        Case("relative error in three dimensions", call("relative_error", STACK, 1.5 * STACK + 0.1)),
        Case("relative error of opposite arrays", call("relative_error", VECTOR, -VECTOR)),
        Case("relative error of equal arrays", call("relative_error", VECTOR, VECTOR)),
        Case("relative error of two zero arrays", call("relative_error", np.zeros((2, 3)), np.zeros((2, 3)))),
    ),
    robustness=(
        "three dimensions",
        "integers",
        "unchanged theta",
        "relative error in three dimensions",
        "relative error of two zero arrays",
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
            "division by h instead of 2 h",
            "Your gradient is twice as large as it should be: the distance from theta - h to theta + h is 2 h.",
            "(2 * h)",
            "h",
        ),
        mistake(
            "one-sided difference divided by 2 h",
            "You divide a one-sided difference, over a distance of h, by 2 h. Use both sides: f(theta + h) - f(theta "
            "- h).",
            "point[place] = there - h",
            "point[place] = there",
        ),
        mistake(
            "precedence of / and *",
            "x / 2 * h means (x / 2) * h, which multiplies by h. Write x / (2 * h).",
            "/ (2 * h)",
            "/ 2 * h",
        ),
        mistake(
            "no division",
            "You return differences, which shrink with h. Divide them by 2 h.",
            QUOTIENT,
            "above - below",
        ),
        mistake(
            "wrong sign",
            "The gradient has the wrong sign: use f(theta + h) - f(theta - h).",
            "(above - below)",
            "(below - above)",
        ),
        mistake(
            "step proportional to the entry",
            "Your step is h times the entry. It should be h for every entry: with h = 0.1, the result for t**3 at 2 "
            "should be 12.01.",
            "there = point[place]",
            "there = point[place]\n        h = h_given * max(1, abs(there))",
            "gradient = np.zeros(point.shape)",
            "gradient, h_given = np.zeros(point.shape), h",
        ),
        mistake(
            "h ignored",
            "Your step is always 1e-5. Use the argument h: with h = 0.1, the result for t**3 at 2 should be 12.01.",
            "gradient = np.zeros(point.shape)",
            "gradient, h = np.zeros(point.shape), 1e-5",
        ),
        mistake(
            "all entries at once",
            "You change all entries together, which gives the sum of all derivatives for every entry. Change one "
            "entry at a time.",
            ABOVE,
            "above = f(theta + h)",
            BELOW,
            "below = f(theta - h)",
        ),
        mistake(
            "whole row at once",
            "You loop over the first axis and change whole rows. Every entry has its own derivative: "
            "np.ndindex(theta.shape) iterates over all entries.",
            "np.ndindex(point.shape)",
            "range(len(point))",
            "there = point[place]",
            "there = point[place].copy()",
        ),
        mistake(
            "entries not restored",
            "An entry keeps its changed value while the next one is processed, so later derivatives belong to another "
            "point. Restore each entry.",
            "point[place] = there\n",
            "pass\n",
        ),
        mistake(
            "theta modified",
            "The call changes theta: you work on the caller's array and do not restore its values. Work on a copy, "
            "np.array(theta, dtype=float), and restore each entry.",
            "np.array(theta, dtype=float)",
            "np.asarray(theta, dtype=float)",
            "point[place] = there\n",
            "pass\n",
        ),
        mistake(
            "steps truncated in an integer array",
            "theta holds integers, and so does your copy: 1 + 0.00001 becomes 1, and 1 - 0.00001 becomes 0. So the "
            "derivatives are far too large. Make a float copy: np.array(theta, dtype=float).",
            "np.array(theta, dtype=float)",
            "np.array(theta)",
        ),
        mistake(
            "steps truncated to 0",
            "For an integer theta, all derivatives are 0: the step h becomes 0 in an integer array, such as "
            "np.zeros_like(theta). Use np.zeros(theta.shape), or convert theta to floats first.",
            ABOVE,
            "above = f(theta + (point - theta).astype(theta.dtype))",
            BELOW,
            "below = f(theta + (point - theta).astype(theta.dtype))",
        ),
        mistake(
            "gradient truncated to integers",
            "For an integer theta, the derivatives are truncated to integers: np.zeros_like(theta) has the dtype of "
            "theta. Use np.zeros(theta.shape).",
            "np.zeros(point.shape)",
            "np.zeros_like(theta)",
        ),
        mistake(
            "flat argument of f",
            "f is called with a flat vector. It expects an array with the shape of theta.",
            ABOVE,
            "above = f(point.ravel())",
            BELOW,
            "below = f(point.ravel())",
        ),
        mistake(
            "flat gradient",
            "The gradient is a flat vector. It should have the shape of theta, so that it can be compared with dW.",
            "return gradient",
            "return gradient.ravel()",
        ),
        mistake(
            "absolute error",
            "You return the norm of the difference. Without the size of the gradients it means little: 0.001 is small "
            "compared with 1, but not with 0.001. Divide by the sum of both norms.",
            f"return {ERROR}",
            "return np.linalg.norm(a - b)",
        ),
        mistake(
            "division by the norm of a",
            "You divide by the norm of a only: the result is 2 for b = -a, and a division by 0 for a = 0. Divide by "
            "the sum of both norms.",
            "np.linalg.norm(a) + np.linalg.norm(b)",
            "np.linalg.norm(a)",
        ),
        mistake(
            "division by the norm of b",
            "You divide by the norm of b only: the result is 2 for b = -a, and a division by 0 for b = 0. Divide by "
            "the sum of both norms.",
            "np.linalg.norm(a) + np.linalg.norm(b)",
            "np.linalg.norm(b)",
        ),
        mistake(
            "division by the larger norm",
            "You divide by the larger of the two norms. Then opposite gradients have an error of 2 instead of 1. "
            "Divide by the sum of both norms.",
            "np.linalg.norm(a) + np.linalg.norm(b)",
            "max(np.linalg.norm(a), np.linalg.norm(b))",
        ),
        mistake(
            "division by the norm of a + b",
            "You divide by the norm of a + b. It is 0 for opposite gradients, the worst case. Divide by the sum of "
            "the two norms.",
            "np.linalg.norm(a) + np.linalg.norm(b)",
            "np.linalg.norm(a + b)",
        ),
        mistake(
            "division by the norm of a + b, inf for opposite arrays",
            "You divide by the norm of a + b. For opposite gradients, the worst case, that is a division by 0. Divide "
            "by the sum of the two norms.",
            ERROR,
            "np.linalg.norm(a - b) / np.linalg.norm(a + b)",
        ),
        mistake(
            "largest singular value",
            "np.linalg.norm(a, 2) of a matrix is its largest singular value, and it fails for three dimensions. "
            "Without the 2, np.linalg.norm(a) is the square root of the sum of all squares.",
            "np.linalg.norm(a) + np.linalg.norm(b)",
            "np.linalg.norm(a, 2) + np.linalg.norm(b, 2)",
            "np.linalg.norm(a - b)",
            "np.linalg.norm(a - b, 2)",
        ),
        mistake(
            "nan for zeros",
            "If both are 0 you divide 0 by 0, which is nan. Equal gradients have an error of 0: check first whether "
            "the sum of the norms is 0.",
            f"{ERROR} if size else 0.0",
            f"np.float64({ERROR})",
        ),
        mistake(
            "difference of norms",
            "You subtract the norms. Different vectors can have equal norms: (3, -4) and (-3, 4) would have an error "
            "of 0. Use the norm of the difference a - b.",
            "np.linalg.norm(a - b)",
            "abs(np.linalg.norm(a) - np.linalg.norm(b))",
        ),
        mistake(
            "squared norms",
            "You use sums of squares without the square root, so small errors look far too small: 0.001 becomes "
            "0.000001. Use norms, np.linalg.norm.",
            "np.linalg.norm(a) + np.linalg.norm(b)",
            "np.sum(a**2) + np.sum(b**2)",
            "np.linalg.norm(a - b)",
            "np.sum((a - b) ** 2)",
        ),
        mistake(
            "largest error of an entry",
            "You use the largest relative error of a single entry, so one entry near 0 determines the result. Compare "
            "the norms of the whole arrays.",
            ERROR,
            "np.max(np.abs(a - b) / (np.abs(a) + np.abs(b)))",
        ),
    ),
    hints=(
        "Work it out by hand for f(x, y) = x * y at (2, 3) with h = 0.1: four values of f, two differences. Which "
        "values does each entry need, and what has to be restored before the next one?",
        "Copy theta as floats, and create an array of zeros with its shape. For each index in np.ndindex(shape): "
        "store the entry, set it h higher, call f, set it h lower, call f, and restore it. np.linalg.norm returns the "
        "norm of an array of any shape.",
        "gradient[place] = (above - below) / (2 * h); and norm(a - b) / (norm(a) + norm(b)), with 0 where the "
        "denominator is 0.",
    ),
    explanation="f(t + h) = f + f' h + f'' h^2 / 2 + f''' h^3 / 6 + ..., and the same with -h. In the difference all "
    "even terms cancel: 2 f' h + f''' h^3 / 3, and after the division f' + f''' h^2 / 6. For the cubic f''' is 6, so "
    "the error is h^2 exactly.",
    library="network/gradient_check.py check_gradient",
    question="The loss is known to about 16 digits. So rounding causes an error of about 1e-16 / h in each "
    "derivative, and curvature one of about h^2. For which h is their sum smallest?",
    quiz=quiz,
)
