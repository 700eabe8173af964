"""Checks of Exercise 15b."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from glassnet.lab.exercise import Case, Exercise, Namespace


def computed(names: Namespace, name: str, a: Any, b: Any) -> Any:
    """Return the Value that plus or times computes; an error that names what it returns instead if it is none.

    So an answer fails with the same message wherever its own code would have failed.
    """
    try:
        found = getattr(names, name)(a, b)
    except RecursionError:
        raise RecursionError(f"{name} calls itself without end") from None
    if found is a or found is b:
        raise ValueError(f"{name} should return a new Value, got one of its arguments")
    if not hasattr(found, "inputs"):
        raise TypeError(f"{name} should return a Value, got {described(found)}")
    if not isinstance(found.inputs, (tuple, list)):
        raise TypeError(f"inputs should be a tuple of Values after {name}, got {described(found.inputs)}")
    for one in found.inputs:
        if not hasattr(one, "inputs"):
            raise TypeError(f"inputs should contain Values after {name}, got {described(one)}")
    return found


def check_local_gradients(name: str, value: Any) -> None:
    """Raise TypeError or ValueError unless a Value has a number for each of its inputs. name: where it is from."""
    found = value.local_gradients
    if not isinstance(found, (tuple, list, np.ndarray)) or np.ndim(found) != 1:
        raise TypeError(f"local_gradients should be a tuple of numbers after {name}, got {described(found)}")
    for one in found:
        if hasattr(one, "inputs"):
            raise TypeError(f"local_gradients should contain numbers after {name}, got a Value")
    if len(found) != len(value.inputs):
        raise ValueError(
            f"local_gradients should have a number for each input after {name}, got {len(found)} for "
            f"{len(value.inputs)}"
        )


def described(found: Any) -> str:
    """Return what an object is, for a message."""
    if found is None:
        return "None; is a return statement missing?"
    if hasattr(found, "inputs"):
        return "a Value"
    return "a number" if np.isscalar(found) and not isinstance(found, str) else f"a {type(found).__name__}"


@dataclass(frozen=True)
class Build:
    """An expression: by name, the numbers of its inputs, and its operations, each from two names. The last is y."""

    numbers: dict[str, float]
    operations: dict[str, tuple[str, str, str]]

    def __call__(self, names: Namespace, with_gradients: bool = True) -> dict[str, Any]:
        """Return the Values by name; with_gradients: check their local gradients, too."""
        values = {name: names.Value(number) for name, number in self.numbers.items()}
        for name, (operation, a, b) in self.operations.items():
            values[name] = computed(names, operation, values[a], values[b])
            if with_gradients:
                check_local_gradients(operation, values[name])
        return values


PRODUCT = {"y": Build({"a": 2.5, "b": -3.0}, {"y": ("times", "a", "b")})}

EXPRESSION = {
    "a b + c": Build({"a": 2.5, "b": -3.0, "c": 0.7}, {"a b": ("times", "a", "b"), "y": ("plus", "a b", "c")})
}

CHAIN = {
    "(a + b) c d": Build(
        {"a": 1.2, "b": -0.4, "c": 3.0, "d": -2.5},
        {"a + b": ("plus", "a", "b"), "(a + b) c": ("times", "a + b", "c"), "y": ("times", "(a + b) c", "d")},
    )
}

DOUBLED = {"b + b": Build({"a": 1.5}, {"b": ("plus", "a", "a"), "y": ("plus", "b", "b")})}

NUMBERS = {"a": 1.3, "b": 0.8, "c": -2.1}

D: dict[str, tuple[str, str, str]] = {"d": ("times", "a", "b"), "d + c": ("plus", "d", "c")}

TWO_DEPTHS = {
    "d (d + c)": Build(NUMBERS, D | {"y": ("times", "d", "d + c")}),
    "(d + c) d": Build(NUMBERS, D | {"y": ("times", "d + c", "d")}),
    "(d + a) (d + c)": Build(NUMBERS, D | {"d + a": ("plus", "d", "a"), "y": ("times", "d + a", "d + c")}),
}
"""With d = a b, expressions in which an order by the first visit, or by the distance from y, is wrong."""

EQUAL_NUMBERS = {"a b + b": Build({"a": 1.5, "b": 1.5}, {"a b": ("times", "a", "b"), "y": ("plus", "a b", "b")})}


def operation(name: str) -> Callable[[Namespace], dict[str, Any]]:
    """Return a function that observes the Value that plus or times returns. Its inputs may be in either order."""

    def observe(names: Namespace) -> dict[str, Any]:
        a, b = names.Value(2.5), names.Value(-3.0)
        found = computed(names, name, a, b)
        check_local_gradients(name, found)
        local = {id(one): number for one, number in zip(found.inputs, found.local_gradients, strict=True)}
        missing = [where for where, one in (("a", a), ("b", b)) if id(one) not in local]
        return {
            "value": found.value,
            "number of inputs": len(found.inputs),
            "missing inputs": ", ".join(missing) or "none",
            "local gradient of a": local.get(id(a), 0.0),
            "local gradient of b": local.get(id(b), 0.0),
        }

    return observe


def order_of(builds: dict[str, Build]) -> Callable[[Namespace], dict[str, Any] | None]:
    """Return a function that observes properties of the topological orders of expressions, by name."""

    def observe(names: Namespace) -> dict[str, Any] | None:
        seen: dict[str, Any] = {}
        for name, build in builds.items():
            values = build(names, with_gradients=False)
            order = names.topological_order(values["y"])
            if order is None:
                return None
            seen |= {f"{key} of {name}": value for key, value in properties(order, values).items()}
        return seen

    return observe


def properties(order: Any, values: dict[str, Any]) -> dict[str, Any]:
    """Return properties that all topological orders of these Values share; an error if it is no list of Values."""
    if not isinstance(order, (list, tuple)):
        raise TypeError(f"topological_order should return a list, got {described(order)}")
    if not order:
        raise ValueError("topological_order returned an empty list")
    for one in order:
        if not hasattr(one, "inputs"):
            raise TypeError(f"topological_order should return a list of Values, got {described(one)} in it")
    places = {id(one): i for i, one in reversed(list(enumerate(order)))}  # of the first occurrence
    count = Counter(map(id, order))
    known = {id(one): name for name, one in values.items()}
    too_early = [
        known[id(node)]
        for node in values.values()
        if any(places.get(id(node), len(order)) < places.get(id(one), 0) for one in node.inputs)
    ]
    return {
        "last Value": "y" if order[-1] is values["y"] else "another one",
        "missing Values": ", ".join(name for name, one in values.items() if not count[id(one)]) or "none",
        "repeated Values": ", ".join(name for name, one in values.items() if count[id(one)] > 1) or "none",
        "Values of other graphs": sum(one not in known for one in count),
        "Values before their inputs": ", ".join(too_early) or "none",
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
        Case("a sum", operation("plus"), "plus(a, b) with a = 2.5, b = -3"),
        Case("a product", operation("times"), "times(a, b) with a = 2.5, b = -3"),
        Case(
            "order of an expression",
            order_of(EXPRESSION | CHAIN),
            "topological_order of a b + c, and of (a + b) c d",
        ),
        Case(
            "order of Values used twice",
            order_of(DOUBLED | TWO_DEPTHS),
            "topological_order of b + b with b = a + a, and of d (d + c), (d + c) d, and (d + a) (d + c) with d = a b",
        ),
        Case("order of equal numbers", order_of(EQUAL_NUMBERS), "topological_order of a b + b, a and b both 1.5"),
        Case("gradients of a product", gradients(PRODUCT), "backward(a b) with a = 2.5, b = -3"),
        Case(
            "gradients of an expression",
            gradients(EXPRESSION),
            "backward(a b + c) with a = 2.5, b = -3, c = 0.7",
        ),
        Case(
            "gradients of three operations",
            gradients(CHAIN),
            "backward((a + b) c d) with a = 1.2, b = -0.4, c = 3, d = -2.5",
        ),
        Case("gradients of Values used twice", gradients(DOUBLED), "backward(b + b) with b = a + a, a = 1.5", 2),
        Case(
            "gradients at two depths",
            gradients(TWO_DEPTHS),
            "backward of d (d + c), (d + c) d, and (d + a) (d + c) with d = a b, a = 1.3, b = 0.8, c = -2.1",
            2,
        ),
        Case("gradients of equal numbers", gradients(EQUAL_NUMBERS), "backward(a b + b) with a and b both 1.5"),
        Case(
            "a second call",
            gradients({"y": TWO_DEPTHS["d (d + c)"]}, calls=2),
            "backward(y) called twice, y = d (d + c) with d = a b",
        ),
    ),
    robustness=("order of equal numbers", "gradients of equal numbers", "a second call"),
    quiz=quiz,
)
