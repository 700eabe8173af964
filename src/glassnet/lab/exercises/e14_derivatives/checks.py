"""Tests of Exercise 14: the four derivatives, in several shapes and for large values."""

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
    """Return a function that observes a derivative of a column and of a row."""

    def observe(names: Namespace) -> Any:
        derivative = getattr(names, name)
        return {"of a column": derivative(COLUMN.copy()), "of a row": derivative(ROW.copy())}

    return observe


def all_of(x: Any) -> Any:
    """Return a function that observes the four derivatives of x."""
    return lambda names: {name: getattr(names, name)(x) for name in FUNCTIONS}


def after(names: Namespace) -> Any:
    """Return the input array after each of the four calls."""
    found = {}
    for name in FUNCTIONS:
        x = TABLE.copy()
        getattr(names, name)(x)
        found[f"x after {name}"] = x
    return found


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Return a question with one number as its answer."""
    a = float(np.round(rng.uniform(0.1, 0.9), 2))
    return f"A sigmoid gives a = {a}. What is the derivative g'(z) there, to three decimals?", a * (1 - a)


SLOPE = "s * (1 - s)"

EXERCISE = Exercise(
    number="14",
    title="Derivatives of the activations",
    defines=FUNCTIONS,
    cases=(
        Case("linear, a vector", call("Linear_derivative", COMMON)),
        Case("linear, three rows and two columns", call("Linear_derivative", TABLE)),
        Case(
            "linear, a column and a row",
            column_and_row("Linear_derivative"),
            "Linear_derivative of a column and of a row",
        ),
        Case("ReLU, a vector", call("ReLu_derivative", COMMON)),
        Case("ReLU, a column", call("ReLu_derivative", COLUMN)),
        Case("ReLU, three rows and two columns", call("ReLu_derivative", TABLE)),
        Case("ReLU at 0", call("ReLu_derivative", np.array([-2.0, 0.0, 3.0]))),
        Case("tanh, a vector", call("Tanh_derivative", COMMON)),
        Case("tanh, two rows and two columns", call("Tanh_derivative", SQUARE)),
        Case("tanh, a column and a row", column_and_row("Tanh_derivative"), "Tanh_derivative of a column and of a row"),
        Case("tanh, large values", call("Tanh_derivative", FAR)),
        Case("sigmoid, a vector", call("Sigmoid_derivative", COMMON)),
        Case("sigmoid, two rows and two columns", call("Sigmoid_derivative", SQUARE)),
        Case(
            "sigmoid, a column and a row",
            column_and_row("Sigmoid_derivative"),
            "Sigmoid_derivative of a column and of a row",
        ),
        Case("sigmoid, large values", call("Sigmoid_derivative", FAR)),
        Case("a list of integers", all_of([2, -1, 3]), "all four derivatives at [2, -1, 3]"),
        Case("a single number", all_of(0.4), "all four derivatives at 0.4"),
        Case("unchanged input", after, "the input array after each of the four calls"),
    ),
    robustness=(
        "tanh, large values",
        "sigmoid, large values",
        "a list of integers",
        "a single number",
        "unchanged input",
    ),
    mistakes=(
        mistake(
            "linear: function instead of derivative",
            "Linear_derivative returns x, the function itself. Its derivative is 1 in every entry.",
            "np.ones_like(x, dtype=float)",
            "np.array(x, dtype=float)",
        ),
        mistake(
            "linear: zeros",
            "Linear_derivative returns zeros, the derivative of a constant. The derivative of x is 1: return ones.",
            "np.ones_like(x, dtype=float)",
            "np.zeros_like(x, dtype=float)",
        ),
        mistake(
            "linear: scalar 1",
            "Linear_derivative returns the number 1. Return the derivative at every entry: ones in the shape of x, "
            "np.ones_like(x, dtype=float).",
            "np.ones_like(x, dtype=float)",
            "1.0",
        ),
        mistake(
            "linear: one value per row",
            "Linear_derivative returns one number per row: (3, 2) becomes (3,). Take the shape of x: np.ones_like(x, "
            "dtype=float).",
            "np.ones_like(x, dtype=float)",
            "np.ones(np.shape(x)[:1])",
        ),
        mistake(
            "ReLU: function instead of derivative",
            "ReLu_derivative returns max(0, x), the function itself. Its derivative is 1 where x > 0, and 0 elsewhere.",
            "(np.asarray(x) > 0).astype(float)",
            "np.maximum(0, x)",
        ),
        mistake(
            "ReLU: 1 at 0",
            "ReLu_derivative returns 1 at 0. The exercise defines it as 0: use x > 0, not x >= 0.",
            "(np.asarray(x) > 0).astype(float)",
            "(np.asarray(x) >= 0).astype(float)",
        ),
        mistake(
            "ReLU: 0.5 at 0",
            "ReLu_derivative returns 0.5 at 0. The exercise defines it as 0.",
            "(np.asarray(x) > 0).astype(float)",
            "np.heaviside(np.asarray(x, dtype=float), 0.5)",
        ),
        mistake(
            "ReLU: -1 below 0",
            "ReLu_derivative returns -1 for negative x. That is the derivative of |x|. ReLU is constant there: 0.",
            "(np.asarray(x) > 0).astype(float)",
            "np.sign(np.asarray(x, dtype=float))",
        ),
        mistake(
            "ReLU: reversed comparison",
            "ReLu_derivative returns 1 for negative x and 0 for positive x. ReLU passes positive numbers: x > 0.",
            "(np.asarray(x) > 0).astype(float)",
            "(np.asarray(x) < 0).astype(float)",
        ),
        mistake(
            "ReLU: loop over rows",
            "ReLu_derivative loops over the rows of x. A column (3, 1) becomes (3,), which broadcasts with a column "
            "to (3, 3). Rows of several numbers raise 'The truth value ... is ambiguous'. Compare the whole array: (x "
            "> 0).astype(float).",
            "(np.asarray(x) > 0).astype(float)",
            "np.array([1.0 if value > 0 else 0.0 for value in np.asarray(x)])",
        ),
        mistake(
            "ReLU: flattened",
            "ReLu_derivative returns a flat array. Backpropagation multiplies it by arrays with the shape of x: keep "
            "that shape, as (x > 0).astype(float) does.",
            "(np.asarray(x) > 0).astype(float)",
            "(np.ravel(x) > 0).astype(float)",
            variants=[
                ("(np.asarray(x) > 0).astype(float)", f"np.array([1.0 if v > 0 else 0.0 for {loop}])")
                for loop in (
                    "row in x for v in row",
                    "row in np.asarray(x) for v in row",
                    "v in x.flatten()",
                    "v in x.flat",
                    "v in x.ravel()",
                    "v in x.reshape(-1)",
                    "i in range(len(x)) for v in x[i]",
                )
            ],
        ),
        mistake(
            "ReLU: x modified",
            "ReLu_derivative writes its result into x, so the z stored for the backward pass is lost. Create a new "
            "array: (x > 0).astype(float).",
            "return (np.asarray(x) > 0).astype(float)",
            "x = np.asarray(x)\n    x[...] = x > 0\n    return x",
        ),
        mistake(
            "tanh: function instead of derivative",
            "Tanh_derivative returns tanh(x), the function itself. Its derivative is 1 - tanh(x)**2.",
            "1 - t * t",
            "t",
        ),
        mistake(
            "tanh: missing square",
            "Tanh_derivative returns 1 - tanh(x). The square is missing: 1 - tanh(x)**2, which is symmetric.",
            "1 - t * t",
            "1 - t",
        ),
        mistake(
            "tanh: plus instead of minus",
            "Tanh_derivative adds the square, so it grows with |x|. tanh saturates: 1 - tanh(x)**2.",
            "1 - t * t",
            "1 + t * t",
        ),
        mistake(
            "tanh: derivative in terms of a",
            "Tanh_derivative computes 1 - x**2. That is correct if x is the value after the activation. Here x is the "
            "value before it: 1 - np.tanh(x)**2.",
            "t = np.tanh(x)",
            "t = np.asarray(x, dtype=float)",
        ),
        mistake(
            "tanh: square of x",
            "Tanh_derivative squares x instead of tanh(x). tanh²(x) means (tanh(x))²: 1 - np.tanh(x)**2.",
            "1 - t * t",
            "1 - np.tanh(np.asarray(x, dtype=float) ** 2)",
        ),
        mistake(
            "tanh: flattened",
            "Tanh_derivative returns a flat array. Backpropagation multiplies it by arrays with the shape of x: keep "
            "that shape, as 1 - np.tanh(x)**2 does.",
            "1 - t * t",
            "np.ravel(1 - t * t)",
        ),
        mistake(
            "tanh: matrix product",
            "Tanh_derivative uses a matrix product of tanh(x) with itself. Square elementwise: * or **2 with arrays, "
            "not @ and not np.matrix.",
            "t * t",
            "t @ t",
        ),
        mistake(
            "tanh: overflow",
            "Tanh_derivative is nan at 1000: e**1000 overflows to inf, and inf / inf is nan. Use np.tanh.",
            "t = np.tanh(x)",
            "x = np.asarray(x, dtype=float)\n    t = (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))",
        ),
        mistake(
            "sigmoid: function instead of derivative",
            "Sigmoid_derivative returns the sigmoid, the function itself. With s = Sigmoid(x), the derivative is s * "
            "(1 - s).",
            SLOPE,
            "s",
        ),
        mistake(
            "sigmoid: derivative in terms of a",
            "Sigmoid_derivative computes x * (1 - x). That is right if x is the value after the activation; here it "
            "is the number before it. Take s = Sigmoid(x) first, then s * (1 - s).",
            "s = Sigmoid(x)",
            "s = np.asarray(x, dtype=float)",
        ),
        mistake(
            "sigmoid: plus instead of minus",
            "Sigmoid_derivative computes s * (1 + s). It is s * (1 - s), which is largest, 0.25, at 0.",
            SLOPE,
            "s * (1 + s)",
        ),
        mistake(
            "sigmoid: 1 - s",
            "Sigmoid_derivative returns 1 - s, which is the sigmoid of -x. The factor s is missing: s * (1 - s).",
            SLOPE,
            "1 - s",
        ),
        mistake(
            "sigmoid: 1 - s**2",
            "Sigmoid_derivative computes 1 - s**2, the form for tanh. For the sigmoid it is s * (1 - s).",
            SLOPE,
            "1 - s * s",
        ),
        mistake(
            "sigmoid: x clipped",
            "Sigmoid_derivative clips x first, so for large |x| the derivative stays the same instead of approaching "
            "0: with -6 and 6, at 0.0025. Sigmoid(x) needs no clipping.",
            "s = Sigmoid(x)",
            "s = Sigmoid(np.clip(x, -6, 6))",
            variants=[
                ("s = Sigmoid(x)", f"s = Sigmoid(np.clip(x, -{x}, {x}))") for x in (1, 2, 3, 4, 5, 7, 8, 10, 12, 15)
            ],
        ),
        mistake(
            "sigmoid: flattened",
            "Sigmoid_derivative returns a flat array. Backpropagation multiplies it by arrays with the shape of x: "
            "keep that shape, as s * (1 - s) does.",
            f"return {SLOPE}",
            f"return np.ravel({SLOPE})",
        ),
        mistake(
            "sigmoid: matrix product",
            "Sigmoid_derivative uses a matrix product of s and 1 - s. For [[0, 1], [2, 3]] the first entry is 0.337 "
            "instead of 0.25. Multiply elementwise: * with arrays, not @ and not np.matrix.",
            SLOPE,
            "s @ (1 - s)",
        ),
        mistake(
            "sigmoid: nan for large negative x",
            "Sigmoid_derivative is nan at -1000: e**1000 overflows to inf, and inf / inf**2 is nan. Compute s = "
            "Sigmoid(x), then s * (1 - s).",
            f"s = Sigmoid(x)\n    return {SLOPE}",
            "e = np.exp(-np.asarray(x, dtype=float))\n    return e / (1 + e) ** 2",
        ),
        mistake(
            "sigmoid: nan for large positive x",
            "Sigmoid_derivative is nan at 1000: e**1000 overflows to inf, and inf / inf**2 is nan. Compute s = "
            "Sigmoid(x), then s * (1 - s).",
            f"s = Sigmoid(x)\n    return {SLOPE}",
            "e = np.exp(np.asarray(x, dtype=float))\n    return e / (1 + e) ** 2",
        ),
        mistake(
            "sigmoid: derivative of ReLU",
            "Sigmoid_derivative returns 1 and 0, the derivative of ReLU. Every activation has its own: s * (1 - s) "
            "with s = Sigmoid(x). (In the original notebook, a digit 1 instead of the letter l used ReLU's derivative "
            "in every layer.)",
            SLOPE,
            "(s > 0.5).astype(float)",
        ),
        mistake(
            "sigmoid: derivative of tanh",
            "Sigmoid_derivative returns the derivative of tanh, 1 - tanh(x)**2, which is 1 at 0. The derivative of "
            "the sigmoid is 0.25 at 0: s * (1 - s).",
            "s = Sigmoid(x)",
            "s = (1 + np.tanh(x)) / 2",
            f"return {SLOPE}",
            f"return 4 * {SLOPE}",
        ),
    ),
    hints=(
        "Sketch each activation, and mark where it is flat and where it is steepest. How steep is the sigmoid at 0? "
        "Compare Sigmoid(0.01) with Sigmoid(-0.01).",
        "NumPy works on whole arrays and keeps their shape: np.ones_like, a comparison with 0, np.tanh, the given "
        "Sigmoid. With np.asarray first, you need neither a loop nor a special case for lists.",
        "np.ones_like(x, dtype=float); (np.asarray(x) > 0).astype(float); 1 - np.tanh(x) ** 2; s * (1 - s) with "
        "s = Sigmoid(x).",
    ),
    explanation="For the sigmoid, s'(x) = e^-x / (1 + e^-x)^2, which is 1 / (1 + e^-x) times e^-x / (1 + e^-x): s "
    "times 1 - s. In this form nothing can overflow, since s lies between 0 and 1. The derivative is at most 0.25. So "
    "in the backward pass each sigmoid layer multiplies the gradient by 0.25 or less; ReLU multiplies it by 1 or 0.",
    library="maths/activations/elementwise.py Sigmoid.backward",
    question="The derivative of a ReLU is 0 for every sample if z is always negative. Can training ever make such a "
    "unit active again?",
    quiz=quiz,
)
