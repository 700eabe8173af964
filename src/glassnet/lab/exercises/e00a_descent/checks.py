"""Checks of Exercise 0a: gradient descent on quadratic functions, for which every step is known."""

from collections.abc import Callable
from typing import Any

import numpy as np

from glassnet.lab.exercise import Case, Exercise, Namespace, mistake

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
    number="0a",
    title="Gradient descent",
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
    mistakes=(
        mistake(
            "uphill",
            "You add the gradient, so every step increases the loss. The gradient points uphill: subtract it.",
            "x = x - learning_rate",
            "x = x + learning_rate",
        ),
        mistake(
            "no learning rate",
            "You subtract the whole gradient and ignore learning_rate. A step is learning_rate times the gradient.",
            "learning_rate * gradient(x)",
            "gradient(x)",
        ),
        mistake(
            "fixed learning rate",
            "You always use 0.1 and ignore learning_rate. With learning_rate=0.45, the first step should be 4.5 "
            "times as long. A step is learning_rate times the gradient.",
            "learning_rate * gradient(x)",
            "0.1 * gradient(x)",
        ),
        mistake(
            "divides by the learning rate",
            "You divide by the learning rate, so a smaller learning rate makes larger steps. Multiply by it.",
            "learning_rate * gradient(x)",
            "gradient(x) / learning_rate",
        ),
        mistake(
            "gradient at the start",
            "Every step uses the gradient at the start. The gradient changes along the way: compute it again at the "
            "current x.",
            "learning_rate * gradient(x)",
            "learning_rate * gradient(np.array(start, dtype=float))",
        ),
        mistake(
            "subtracts the loss",
            "You subtract the loss itself. A step is the learning rate times the *gradient*.",
            "learning_rate * gradient(x)",
            "learning_rate * loss(x)",
        ),
        mistake(
            "normalized gradient",
            "You divide the gradient by its length, so all steps have the same length. Do not normalize it: the "
            "gradient gets smaller near the minimum, so the steps get shorter by themselves. Subtract learning_rate "
            "* gradient(x).",
            "learning_rate * gradient(x)",
            "learning_rate * gradient(x) / np.linalg.norm(gradient(x))",
        ),
        mistake(
            "never stops early",
            "You always take max_iter steps. Stop after the first step that changes the loss by less than tol.",
            "abs(losses[-2] - losses[-1]) < tol",
            "False",
        ),
        mistake(
            "stops when the loss is small",
            "You stop when the loss itself is below tol. If the minimum is above 0, that may never happen. Compare "
            "the change of the loss with tol.",
            "abs(losses[-2] - losses[-1]) < tol",
            "losses[-1] < tol",
        ),
        mistake(
            "updates one coordinate at a time",
            "You update one coordinate, then compute the gradient again for the next one. Update all coordinates at "
            "once with the same gradient: x - learning_rate * gradient(x).",
            "x = x - learning_rate * gradient(x)",
            "for i in range(len(x)):\n            x = x - learning_rate * gradient(x) * (np.arange(len(x)) == i)",
        ),
        mistake(
            "stops when the loss grows",
            "You also stop when the loss grows, because you compare before - after without its absolute value. The "
            "change counts in both directions: abs(before - after) < tol.",
            "abs(losses[-2] - losses[-1]) < tol",
            "losses[-2] - losses[-1] < tol",
        ),
        mistake(
            "stops when the step is short",
            "You stop when x has moved by less than tol. The criterion is the change of the loss: near the minimum, "
            "the loss converges long before x does.",
            "x = x - learning_rate",
            "before = x\n        x = x - learning_rate",
            "abs(losses[-2] - losses[-1]) < tol",
            "np.linalg.norm(x - before) < tol",
        ),
        mistake(
            "last loss not appended",
            "You leave the loop before you append the loss of the last step, so one loss is missing whenever the "
            "loop stops early. Append the loss first, then compare it with the previous one.",
            "            break\n",
            "            losses.pop()\n            break\n",
        ),
        mistake(
            "last step not taken",
            "You leave the loop without the step that changes the loss by less than tol. This step counts, too: "
            "update x, append the loss, then compare.",
            "x = x - learning_rate",
            "before = x\n        x = x - learning_rate",
            "            break\n",
            "            x = before\n            losses.pop()\n            break\n",
        ),
        mistake(
            "relative change",
            "You compare the change with tol times the loss. The criterion is the absolute change: |before - after| "
            "< tol.",
            "abs(losses[-2] - losses[-1]) < tol",
            "abs(losses[-2] - losses[-1]) < tol * losses[-2]",
        ),
        mistake(
            "stops when the gradient is small",
            "You stop when the norm of the gradient is small. The criterion is the change of the loss in a step: "
            "less than tol.",
            "abs(losses[-2] - losses[-1]) < tol",
            "np.linalg.norm(gradient(x)) < tol",
        ),
        mistake(
            "comparison reversed",
            "You stop when the change is *larger* than tol, which is true after the first step.",
            "abs(losses[-2] - losses[-1]) < tol",
            "abs(losses[-2] - losses[-1]) > tol",
        ),
        mistake(
            "final loss missing",
            "You append the loss before each step, so the final loss is missing. For max_iter steps, there are "
            "max_iter + 1 losses, including the one at the start.",
            "return x, losses",
            "return x, losses[:-1]",
        ),
        mistake(
            "loss from before the step",
            "The list contains the loss at the start twice: you append it before the loop and again before the first "
            "step. Take the step first, then append loss(x).",
            "x = x - learning_rate * gradient(x)\n        losses.append(loss(x))",
            "losses.append(loss(x))\n        x = x - learning_rate * gradient(x)",
        ),
        mistake(
            "initial loss missing",
            "The list begins after the first step. It should begin with the loss at the start.",
            "return x, losses",
            "return x, losses[1:]",
        ),
        mistake(
            "only the final loss",
            "You return only the final loss. Return the whole list: the loss at the start and after every step.",
            "return x, losses",
            "return x, losses[-1]",
        ),
        mistake(
            "losses not returned",
            "You return only x. Return two values: return x, losses.",
            "return x, losses",
            "return x",
        ),
        mistake(
            "one step too few",
            "You take max_iter - 1 steps. The limit is max_iter steps.",
            "range(max_iter)",
            "range(max_iter - 1)",
        ),
        mistake(
            "one step too many",
            "You take max_iter + 1 steps. The limit is max_iter steps.",
            "range(max_iter)",
            "range(max_iter + 1)",
        ),
        mistake(
            "start modified",
            "You modify the array start in place, so the caller's array changes, too. Make a copy first: "
            "np.array(start, dtype=float).",
            "np.array(start, dtype=float)",
            "np.asarray(start, dtype=float)",
            "x = x - learning_rate * gradient(x)",
            "x -= learning_rate * gradient(x)",
        ),
        mistake(
            "integer array",
            "A start of integers gives an integer array, so every step is truncated to whole numbers. Convert it to "
            "floats: np.array(start, dtype=float).",
            "        x = x - learning_rate * gradient(x)\n",
            "        x = (x - learning_rate * gradient(x)).astype(np.asarray(start).dtype)\n",
        ),
        mistake(
            "return values swapped",
            "You return the losses first. Return x first: (x, losses).",
            "return x, losses",
            "return losses, x",
        ),
    ),
    hints=(
        "Take three steps by hand on L(x) = x² from x = 3 with learning rate 0.1. Which numbers do you write down, "
        "and when?",
        "Copy the start as floats and record its loss. Then, in a loop: take a step, record the loss, compare it "
        "with the previous loss, and stop if the difference is less than tol.",
        "x = x - learning_rate * gradient(x); losses.append(loss(x)); if abs(losses[-2] - losses[-1]) < tol: break",
    ),
    explanation="Near x, the loss is approximately linear: L(x + d) ≈ L(x) + gradient · d. For the step d = -α "
    "gradient, this is L(x) - α |gradient|². So the loss decreases, as long as the step is short enough for the "
    "linear approximation to hold.",
    library="training/train.py train",
    question="The loss of a network has several local minima of different depth, and gradient descent ends near one "
    "of them. Would you run it once, or several times from different starts?",
    quiz=quiz,
)
