"""Tests of Exercise 15a: functions with known differences, and small and large steps."""

from typing import Any

import numpy as np

from glassnet.lab.exercise import Case, Exercise, Namespace, call


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


EXERCISE = Exercise(
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
    quiz=quiz,
)
