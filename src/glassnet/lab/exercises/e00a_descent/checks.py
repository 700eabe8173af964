"""Checks of Exercise 0a: gradient descent on quadratic functions, for which every step is known."""

from collections.abc import Callable
from typing import Any

import numpy as np

from glassnet.lab.exercise import Case, Exercise, Namespace

START = [3.0, -2.0]


def loss(x: Any) -> float:
    """Return a quadratic loss that is steeper in its first direction."""
    return float(x[0] ** 2 + x[1] ** 2 / 2 + 0.25)


def gradient(x: Any) -> Any:
    """Return the gradient of `loss`."""
    return np.array([2 * x[0], x[1]])


def steep_loss(x: Any) -> float:
    """Return a loss on which gradient descent with the default options converges quickly."""
    return float(4 * x[0] ** 2 + 4.5 * x[1] ** 2)


def steep_gradient(x: Any) -> Any:
    """Return the gradient of `steep_loss`."""
    return np.array([8 * x[0], 9 * x[1]])


def mixed(x: Any) -> float:
    """Return a loss with a mixed term: each partial derivative depends on both numbers."""
    return float(x[0] ** 2 + x[0] * x[1] + x[1] ** 2)


def mixed_gradient(x: Any) -> Any:
    """Return the gradient of `mixed`."""
    return np.array([2 * x[0] + x[1], x[0] + 2 * x[1]])


def lowered(x: Any) -> float:
    """Return the same loss as `loss`, lower by 50."""
    return loss(x) - 50


def descent(
    function: Callable[[Any], float] = loss, derivative: Callable[[Any], Any] = gradient, **options: Any
) -> Callable[[Namespace], Any]:
    """Return an observation: the final x, the losses, and the number of losses."""

    def observe(names: Namespace) -> Any:
        found = names.descend(function, derivative, np.array(START), **options)
        # An x returned alone is observed as such, so that the feedback names the missing losses.
        x, losses = found if isinstance(found, (tuple, list)) and len(found) == 2 else (found, None)
        if losses is None:
            return {"final x": x, "losses": None, "number of losses": 0}
        return {"final x": x, "losses": list(losses), "number of losses": len(losses)}

    return observe


def start_after_call(names: Namespace) -> dict[str, Any]:
    """Return the start array as it is after the call."""
    start = np.array(START)
    names.descend(loss, gradient, start, max_iter=3)
    return {"the start array": start}


def from_integers(names: Namespace) -> Any:
    """Return the final x for a start array of integers."""
    return names.descend(loss, gradient, np.array([3, -2]), max_iter=4)[0]


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Return a question and its answer, a number."""
    x, rate = round(float(rng.uniform(1, 5)), 1), round(float(rng.uniform(0.05, 0.4)), 2)
    text = f"L(x) = x². From x = {x}, one step with learning rate {rate}: what is the new x, to three decimals?"
    return text, x - rate * 2 * x


EXERCISE = Exercise(
    defines=("descend",),
    cases=(
        Case("three steps", descent(max_iter=3, tol=0.0), "descend on a quadratic loss, max_iter=3, tol=0", 2),
        Case("another learning rate", descent(learning_rate=0.45, max_iter=5, tol=0.0), "descend, learning_rate=0.45"),
        Case("stops when the loss converges", descent(max_iter=1000, tol=1e-3), "descend, max_iter=1000, tol=1e-3", 2),
        Case(
            "a learning rate that diverges",
            descent(learning_rate=1.2, max_iter=6, tol=0.1),
            "descend, learning_rate=1.2",
        ),
        Case(
            "a loss with a mixed term",
            descent(mixed, mixed_gradient, max_iter=2, tol=0.0),
            "descend on x0² + x0 x1 + x1², max_iter=2",
        ),
        Case("a minimum below 0", descent(lowered, max_iter=4), "descend on a loss with minimum -49.75, max_iter=4"),
        Case("no steps", descent(max_iter=0), "descend, max_iter=0"),
        # Each loss is 0.04 of the one before or less, so that rounding, also to float32, does not change the steps.
        Case("default options", descent(steep_loss, steep_gradient), "descend on a steeper loss, with default options"),
        Case("a start of integers", from_integers, "descend from [3, -2]"),
        Case("the start array is not modified", start_after_call, "the start array after descend, max_iter=3"),
    ),
    robustness=(
        "a learning rate that diverges",
        "no steps",
        "a start of integers",
        "the start array is not modified",
    ),
    quiz=quiz,
)
