"""Tests of Exercise 14: the four derivatives, in several shapes and for large values."""

from typing import Any

import numpy as np

from glassnet.lab.exercise import Case, Exercise, Namespace, call

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


EXERCISE = Exercise(
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
    quiz=quiz,
    variants={
        "sigmoid: x clipped": [
            ("s = Sigmoid(x)", f"s = Sigmoid(np.clip(x, -{x}, {x}))") for x in (1, 2, 3, 4, 5, 7, 8, 10, 12, 15)
        ],
    },
)
