"""Checks of Exercise 15b."""

from collections.abc import Callable
from typing import Any

import numpy as np

from glassnet.lab.exercise import Case, Exercise, Namespace

Build = Callable[[Namespace], dict[str, Any]]
"""Computes Values, by name; the last is the result y."""


def product(names: Namespace) -> dict[str, Any]:
    """Return a · b."""
    a, b = names.Value(2.5), names.Value(-3.0)
    return {"a": a, "b": b, "y": names.times(a, b)}


def expression(names: Namespace) -> dict[str, Any]:
    """Return a · b + c."""
    a, b, c = names.Value(2.5), names.Value(-3.0), names.Value(0.7)
    return {"a": a, "b": b, "c": c, "y": names.plus(names.times(a, b), c)}


def chained(names: Namespace) -> dict[str, Any]:
    """Return (a + b) · c · d."""
    a, b, c, d = (names.Value(one) for one in (1.2, -0.4, 3.0, -2.5))
    s = names.plus(a, b)
    p = names.times(s, c)
    return {"a": a, "b": b, "c": c, "d": d, "a + b": s, "(a + b) c": p, "y": names.times(p, d)}


def doubled(names: Namespace) -> dict[str, Any]:
    """Return (a + a) + (a + a), in two steps."""
    a = names.Value(1.5)
    b = names.plus(a, a)
    return {"a": a, "b": b, "y": names.plus(b, b)}


def two_depths(names: Namespace) -> dict[str, Any]:
    """Return d · (d + c) with d = a · b: d is an input of y, and of an input of y."""
    a, b, c = names.Value(1.3), names.Value(0.8), names.Value(-2.1)
    d = names.times(a, b)
    e = names.plus(d, c)
    return {"a": a, "b": b, "c": c, "d": d, "d + c": e, "y": names.times(d, e)}


def other_depths(names: Namespace) -> dict[str, Any]:
    """Return (d + c) · d, with the inputs of y in the other order."""
    values = two_depths(names)
    return values | {"y": names.times(values["d + c"], values["d"])}


TWO_DEPTHS: dict[str, Build] = {"d (d + c)": two_depths, "(d + c) d": other_depths}


def equal_numbers(names: Namespace) -> dict[str, Any]:
    """Return a · b + b of two Values with the same number."""
    a, b = names.Value(1.5), names.Value(1.5)
    p = names.times(a, b)
    return {"a": a, "b": b, "a b": p, "y": names.plus(p, b)}


def operation(name: str) -> Callable[[Namespace], Any]:
    """Return a function that observes the Value that plus or times returns."""

    def observe(names: Namespace) -> Any:
        a, b = names.Value(2.5), names.Value(-3.0)
        found = getattr(names, name)(a, b)
        if not hasattr(found, "inputs"):
            return found
        known = {id(a): "a", id(b): "b"}
        return {
            "value": found.value,
            "inputs": ", ".join(known.get(id(one), "another object") for one in found.inputs),
            "local_gradients": list(found.local_gradients),
        }

    return observe


def order_of(builds: dict[str, Build]) -> Callable[[Namespace], dict[str, Any] | None]:
    """Return a function that observes properties of the topological orders of expressions, by name."""

    def observe(names: Namespace) -> dict[str, Any] | None:
        seen: dict[str, Any] = {}
        for name, build in builds.items():
            values = build(names)
            order = names.topological_order(values["y"])
            if order is None:
                return None
            seen |= {f"{key} of {name}": value for key, value in properties(order, values).items()}
        return seen

    return observe


def properties(order: list[Any], values: dict[str, Any]) -> dict[str, Any]:
    """Return properties that all topological orders of these Values share."""
    places = {id(one): i for i, one in enumerate(order)}
    is_sorted = all(places.get(id(one), len(order)) < i for i, node in enumerate(order) for one in node.inputs)
    return {
        "length": len(order),
        "last Value": "y" if order and order[-1] is values["y"] else "another one",
        "missing Values": ", ".join(name for name, one in values.items() if id(one) not in places) or "none",
        "inputs": "before results" if is_sorted else "not always before results",
    }


def gradients(builds: dict[str, Build], calls: int = 1) -> Callable[[Namespace], dict[str, Any]]:
    """Return a function that observes the gradients of all Values of expressions, by name."""

    def observe(names: Namespace) -> dict[str, Any]:
        seen: dict[str, Any] = {}
        for expression, build in builds.items():
            values = build(names)
            for _ in range(calls):
                names.backward(values["y"])
            where = f", {expression}" if len(builds) > 1 else ""
            seen |= {f"gradient of {name}{where}": one.grad for name, one in values.items()}
        return seen

    return observe


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Return a question with one number as its answer."""
    a, b = (float(one) for one in np.round(rng.uniform(0.5, 3, 2), 1))
    return f"a = {a}, b = {b}, and y = (a + b) a. What is the derivative of y with respect to a?", 2 * a + b


EXERCISE = Exercise(
    defines=("Value", "plus", "times", "topological_order", "backward"),
    cases=(
        Case("a sum", operation("plus"), "plus(Value(2.5), Value(-3.0))"),
        Case("a product", operation("times"), "times(Value(2.5), Value(-3.0))"),
        Case(
            "order of an expression",
            order_of({"a b + c": expression, "(a + b) c d": chained}),
            "topological_order of a b + c, and of (a + b) c d",
        ),
        Case(
            "order of Values used twice",
            order_of({"b + b": doubled} | TWO_DEPTHS),
            "topological_order of b + b with b = a + a, of d (d + c), and of (d + c) d with d = a b",
        ),
        Case(
            "order of equal numbers",
            order_of({"a b + b": equal_numbers}),
            "topological_order of a b + b, a and b both 1.5",
        ),
        Case("gradients of a product", gradients({"y": product}), "backward(a b) with a = 2.5, b = -3"),
        Case(
            "gradients of an expression",
            gradients({"y": expression}),
            "backward(a b + c) with a = 2.5, b = -3, c = 0.7",
        ),
        Case(
            "gradients of three operations",
            gradients({"y": chained}),
            "backward((a + b) c d) with a = 1.2, b = -0.4, c = 3, d = -2.5",
        ),
        Case("gradients of Values used twice", gradients({"y": doubled}), "backward(b + b) with b = a + a, a = 1.5", 2),
        Case(
            "gradients at two depths",
            gradients(TWO_DEPTHS),
            "backward(d (d + c)) and backward((d + c) d) with d = a b, a = 1.3, b = 0.8, c = -2.1",
            2,
        ),
        Case("gradients of equal numbers", gradients({"y": equal_numbers}), "backward(a b + b) with a and b both 1.5"),
        Case(
            "a second call",
            gradients({"y": two_depths}, calls=2),
            "backward(y) called twice, y = d (d + c) with d = a b",
        ),
    ),
    robustness=("order of equal numbers", "gradients of equal numbers", "a second call"),
    quiz=quiz,
)
