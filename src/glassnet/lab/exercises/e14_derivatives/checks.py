"""How Exercise 14 is checked: the four derivatives, each in several shapes and far from 0."""

from typing import Any

import numpy as np

from glassnet.lab.exercise import Case, Exercise, Namespace, call, mistake

COMMON = np.array([0.9, 0.2, 0.1, -0.3, -0.7])

COLUMN = np.array([[-0.4], [1.3], [0.6]])

ROW = np.array([[1.7, -0.8, 0.5]])

TABLE = np.array([[0.3, -1.1], [-0.6, 2.2], [1.4, 0.7]])

SQUARE = np.array([[0.0, 1.0], [2.0, 3.0]])

FAR = np.array([-1000.0, -0.5, 0.25, 1000.0])

FUNCTIONS = ("Linear_derivative", "ReLu_derivative", "Tanh_derivative", "Sigmoid_derivative")


def column_and_row(name: str) -> Any:
    """Return an observation: a derivative of a column and of a row."""

    def observe(names: Namespace) -> Any:
        derivative = getattr(names, name)
        return {"of a column": derivative(COLUMN.copy()), "of a row": derivative(ROW.copy())}

    return observe


def all_of(x: Any) -> Any:
    """Return an observation: the four derivatives of x."""
    return lambda names: {name: getattr(names, name)(x) for name in FUNCTIONS}


def after(names: Namespace) -> Any:
    """What an array holds after each derivative has been taken of it."""
    found = {}
    for name in FUNCTIONS:
        x = TABLE.copy()
        getattr(names, name)(x)
        found[f"x after {name}"] = x
    return found


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Ask for one number."""
    a = float(np.round(rng.uniform(0.1, 0.9), 2))
    return f"A sigmoid gives a = {a}. How steep is it there, g'(z), to three decimals?", a * (1 - a)


SLOPE = "s * (1 - s)"

EXERCISE = Exercise(
    number="14",
    title="Derivatives of the activations",
    defines=FUNCTIONS,
    cases=(
        Case("linear, a vector", call("Linear_derivative", COMMON)),
        Case("linear, three rows and two columns", call("Linear_derivative", TABLE)),
        Case("linear, a column and a row", column_and_row("Linear_derivative")),
        Case("ReLU, a vector", call("ReLu_derivative", COMMON)),
        Case("ReLU, a column", call("ReLu_derivative", COLUMN)),
        Case("ReLU, three rows and two columns", call("ReLu_derivative", TABLE)),
        Case("ReLU at 0", call("ReLu_derivative", np.array([-2.0, 0.0, 3.0]))),
        Case("tanh, a vector", call("Tanh_derivative", COMMON)),
        Case("tanh, two rows and two columns", call("Tanh_derivative", SQUARE)),
        Case("tanh, a column and a row", column_and_row("Tanh_derivative")),
        Case("tanh, far from 0", call("Tanh_derivative", FAR)),
        Case("sigmoid, a vector", call("Sigmoid_derivative", COMMON)),
        Case("sigmoid, two rows and two columns", call("Sigmoid_derivative", SQUARE)),
        Case("sigmoid, a column and a row", column_and_row("Sigmoid_derivative")),
        Case("sigmoid, far from 0", call("Sigmoid_derivative", FAR)),
        Case("a list of whole numbers", all_of([2, -1, 3]), "all four of [2, -1, 3]"),
        Case("a single number", all_of(0.4), "all four of 0.4"),
        Case("what was given", after, "an array after each of the four calls"),
    ),
    mistakes=(
        mistake(
            "linear: x itself",
            "Linear_derivative gives x back, which is the function. Its slope is the same everywhere: 1 in every "
            "entry.",
            "np.ones_like(x, dtype=float)",
            "np.array(x, dtype=float)",
        ),
        mistake(
            "linear: zeros",
            "Linear_derivative gives zeros, the derivative of a constant. x rises by 1 when x does: ones.",
            "np.ones_like(x, dtype=float)",
            "np.zeros_like(x, dtype=float)",
        ),
        mistake(
            "linear: a single 1",
            "Linear_derivative gives the number 1. The slope is asked for at every entry: ones in the shape of x, "
            "np.ones_like(x, dtype=float).",
            "np.ones_like(x, dtype=float)",
            "1.0",
        ),
        mistake(
            "linear: a flat vector",
            "Linear_derivative gives one number per row: (3, 2) becomes (3,). Take the shape of x: "
            "np.ones_like(x, dtype=float).",
            "np.ones_like(x, dtype=float)",
            "np.ones(np.shape(x)[:1])",
        ),
        mistake(
            "ReLU: the function itself",
            "ReLu_derivative gives max(0, x), the function. Its slope is 1 where x > 0, whatever x is, and 0 "
            "elsewhere.",
            "(np.asarray(x) > 0).astype(float)",
            "np.maximum(0, x)",
        ),
        mistake(
            "ReLU: 1 at 0",
            "ReLu_derivative gives 1 at 0. Either would do in mathematics, but 0 is asked for: x > 0, not x >= 0.",
            "(np.asarray(x) > 0).astype(float)",
            "(np.asarray(x) >= 0).astype(float)",
        ),
        mistake(
            "ReLU: one half at 0",
            "ReLu_derivative gives 0.5 at 0. 0 is asked for there.",
            "(np.asarray(x) > 0).astype(float)",
            "np.heaviside(np.asarray(x, dtype=float), 0.5)",
        ),
        mistake(
            "ReLU: -1 below 0",
            "ReLu_derivative gives -1 for negative x. That is the slope of |x|; a ReLU is flat there: 0.",
            "(np.asarray(x) > 0).astype(float)",
            "np.sign(np.asarray(x, dtype=float))",
        ),
        mistake(
            "ReLU: the wrong way round",
            "ReLu_derivative gives 1 where x is negative and 0 where it is positive. It lets positive numbers pass: "
            "x > 0.",
            "(np.asarray(x) > 0).astype(float)",
            "(np.asarray(x) < 0).astype(float)",
        ),
        mistake(
            "ReLU: a flat list",
            "ReLu_derivative goes through x row by row. A column (3, 1) comes back as (3,), which next to a column "
            "becomes a 3 x 3 table, and rows of several numbers raise 'The truth value ... is ambiguous'. Compare "
            "the whole array: (x > 0).astype(float).",
            "(np.asarray(x) > 0).astype(float)",
            "np.array([1.0 if value > 0 else 0.0 for value in np.asarray(x)])",
        ),
        mistake(
            "ReLU: flattened",
            "ReLu_derivative gives back a flat array. Backpropagation multiplies it with arrays of the shape of x: "
            "keep that shape, as (x > 0).astype(float) does.",
            "(np.asarray(x) > 0).astype(float)",
            "(np.ravel(x) > 0).astype(float)",
        ),
        mistake(
            "ReLU: writes into x",
            "ReLu_derivative writes its result into x itself, so the z that was kept for the way back is lost. Make "
            "a new array: (x > 0).astype(float).",
            "return (np.asarray(x) > 0).astype(float)",
            "x = np.asarray(x)\n    x[...] = x > 0\n    return x",
        ),
        mistake(
            "tanh: the function itself",
            "Tanh_derivative gives tanh(x), the function. Its slope is 1 - tanh(x)**2.",
            "1 - t * t",
            "t",
        ),
        mistake(
            "tanh: not squared",
            "Tanh_derivative gives 1 - tanh(x). The square is missing: 1 - tanh(x)**2, which is the same for x and -x.",
            "1 - t * t",
            "1 - t",
        ),
        mistake(
            "tanh: plus",
            "Tanh_derivative adds the square: it would become steeper further out. tanh flattens: 1 - tanh(x)**2.",
            "1 - t * t",
            "1 + t * t",
        ),
        mistake(
            "tanh: of a",
            "Tanh_derivative computes 1 - x**2. That is right if x is the value after the activation; here it is the "
            "number before it: 1 - np.tanh(x)**2.",
            "t = np.tanh(x)",
            "t = np.asarray(x, dtype=float)",
        ),
        mistake(
            "tanh: of the square",
            "Tanh_derivative squares x and not tanh(x). tanh²(x) means (tanh(x))²: 1 - np.tanh(x)**2.",
            "1 - t * t",
            "1 - np.tanh(np.asarray(x, dtype=float) ** 2)",
        ),
        mistake(
            "tanh: flattened",
            "Tanh_derivative gives back a flat array. Backpropagation multiplies it with arrays of the shape of x: "
            "keep that shape, as 1 - np.tanh(x)**2 does.",
            "1 - t * t",
            "np.ravel(1 - t * t)",
        ),
        mistake(
            "tanh: a matrix product",
            "Tanh_derivative multiplies tanh(x) with itself as a matrix. Here every entry is squared by itself: * or "
            "**2 with plain arrays, not @ and not np.matrix.",
            "t * t",
            "t @ t",
        ),
        mistake(
            "tanh: from exponentials",
            "Tanh_derivative is nan at 1000: e**1000 overflows to inf, and inf / inf is nan. Use np.tanh.",
            "t = np.tanh(x)",
            "x = np.asarray(x, dtype=float)\n    t = (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))",
        ),
        mistake(
            "sigmoid: the function itself",
            "Sigmoid_derivative gives the sigmoid, the function. With s = Sigmoid(x), the slope is s * (1 - s).",
            SLOPE,
            "s",
        ),
        mistake(
            "sigmoid: of a",
            "Sigmoid_derivative computes x * (1 - x). That is right if x is the value after the activation; here it "
            "is the number before it. Take s = Sigmoid(x) first, then s * (1 - s).",
            "s = Sigmoid(x)",
            "s = np.asarray(x, dtype=float)",
        ),
        mistake(
            "sigmoid: plus",
            "Sigmoid_derivative computes s * (1 + s). It is s * (1 - s), which is largest, 0.25, at 0.",
            SLOPE,
            "s * (1 + s)",
        ),
        mistake(
            "sigmoid: 1 - s",
            "Sigmoid_derivative gives 1 - s, which is the sigmoid of -x. The factor s is missing: s * (1 - s).",
            SLOPE,
            "1 - s",
        ),
        mistake(
            "sigmoid: 1 - s squared",
            "Sigmoid_derivative computes 1 - s**2, the form that belongs to tanh. For the sigmoid it is s * (1 - s).",
            SLOPE,
            "1 - s * s",
        ),
        mistake(
            "sigmoid: cut off",
            "Sigmoid_derivative cuts x off before it computes, so far out the slope stays at 0.0025, where it should "
            "go to 0. Sigmoid(x) needs no help there.",
            "s = Sigmoid(x)",
            "s = Sigmoid(np.clip(x, -6, 6))",
        ),
        mistake(
            "sigmoid: flattened",
            "Sigmoid_derivative gives back a flat array. Backpropagation multiplies it with arrays of the shape of x: "
            "keep that shape, as s * (1 - s) does.",
            f"return {SLOPE}",
            f"return np.ravel({SLOPE})",
        ),
        mistake(
            "sigmoid: a matrix product",
            "Sigmoid_derivative multiplies s and 1 - s as matrices; [[0, 1], [2, 3]] then gives 0.337 in the corner "
            "instead of 0.25. Multiply entry by entry: * with plain arrays, not @ and not np.matrix.",
            SLOPE,
            "s @ (1 - s)",
        ),
        mistake(
            "sigmoid: nan far below 0",
            "Sigmoid_derivative is nan at -1000: e**1000 overflows to inf, and inf / inf**2 is nan. Compute s = "
            "Sigmoid(x), then s * (1 - s).",
            f"s = Sigmoid(x)\n    return {SLOPE}",
            "e = np.exp(-np.asarray(x, dtype=float))\n    return e / (1 + e) ** 2",
        ),
        mistake(
            "sigmoid: nan far above 0",
            "Sigmoid_derivative is nan at 1000: e**1000 overflows to inf, and inf / inf**2 is nan. Compute s = "
            "Sigmoid(x), then s * (1 - s).",
            f"s = Sigmoid(x)\n    return {SLOPE}",
            "e = np.exp(np.asarray(x, dtype=float))\n    return e / (1 + e) ** 2",
        ),
        mistake(
            "sigmoid: the slope of the ReLU",
            "Sigmoid_derivative gives 1 and 0, the slope of a ReLU. Every activation has its own: s * (1 - s) with s "
            "= Sigmoid(x). (In the old notebook a digit 1 in place of the letter l took the ReLU's slope in every "
            "layer.)",
            SLOPE,
            "(s > 0.5).astype(float)",
        ),
        mistake(
            "sigmoid: the slope of tanh",
            "Sigmoid_derivative gives the slope of tanh, 1 - tanh(x)**2: 1 at 0. A sigmoid is flatter, 0.25 at 0: s "
            "* (1 - s).",
            "s = Sigmoid(x)",
            "s = (1 + np.tanh(x)) / 2",
            f"return {SLOPE}",
            f"return 4 * {SLOPE}",
        ),
    ),
    hints=(
        "Sketch each activation and read off where it is flat and where it is steepest. A sigmoid: how steep is it "
        "at 0? Compare Sigmoid(0.01) with Sigmoid(-0.01).",
        "NumPy works on whole arrays and keeps their shape: np.ones_like, a comparison with 0, np.tanh, the given "
        "Sigmoid. No loop is needed, and no case for lists, if np.asarray comes first.",
        "np.ones_like(x, dtype=float); (np.asarray(x) > 0).astype(float); 1 - np.tanh(x) ** 2; s * (1 - s) with "
        "s = Sigmoid(x).",
    ),
    explanation="For the sigmoid, s'(x) = e^-x / (1 + e^-x)^2, which is 1 / (1 + e^-x) times e^-x / (1 + e^-x): s "
    "times 1 - s. Written that way nothing can overflow, since s lies between 0 and 1. At most 0.25 comes out: a "
    "sigmoid on the way back multiplies by a quarter or less, layer after layer; a ReLU multiplies by 1 or by 0.",
    library="maths/activations/elementwise.py Sigmoid.backward",
    question="A ReLU whose z is negative for every sample has slope 0 everywhere. Can training ever bring it back?",
    quiz=quiz,
)
