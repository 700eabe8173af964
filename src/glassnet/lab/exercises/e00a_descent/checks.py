"""How Exercise 0a is checked: walks on bowls, whose every step is known."""

from collections.abc import Callable
from typing import Any

import numpy as np

from glassnet.lab.exercise import Case, Exercise, Names, wrong

START = [3.0, -2.0]


def loss(x: Any) -> float:
    """Return the height of a bowl that is steeper in its first direction."""
    return float(x[0] ** 2 + x[1] ** 2 / 2 + 0.25)


def gradient(x: Any) -> Any:
    """Return the slope of the bowl in both directions."""
    return np.array([2 * x[0], x[1]])


def steep_loss(x: Any) -> float:
    """Return the height of a bowl on which a walk with the usual options settles quickly."""
    return float(4 * x[0] ** 2 + 4.5 * x[1] ** 2)


def steep_gradient(x: Any) -> Any:
    """Return the slope of the steep bowl in both directions."""
    return np.array([8 * x[0], 9 * x[1]])


def tied(x: Any) -> float:
    """Return the height of a bowl that lies aslant: each slope depends on both numbers."""
    return float(x[0] ** 2 + x[0] * x[1] + x[1] ** 2)


def tied_gradient(x: Any) -> Any:
    """Return the slope of the bowl that lies aslant."""
    return np.array([2 * x[0] + x[1], x[0] + 2 * x[1]])


def deep(x: Any) -> float:
    """Return the height of the same bowl, lower by 50."""
    return loss(x) - 50


def walk(
    height: Callable[[Any], float] = loss, slope: Callable[[Any], Any] = gradient, **options: Any
) -> Callable[[Names], Any]:
    """Return an observation: where a walk ends, its losses, and how many there are."""

    def observe(names: Names) -> Any:
        found = names.descend(height, slope, np.array(START), **options)
        # A lone x is seen as such, so that a learner reads which of the two is missing.
        x, losses = found if isinstance(found, (tuple, list)) and len(found) == 2 else (found, None)
        if losses is None:
            return {"the end": x, "the losses": None, "how many losses": 0}
        return {"the end": x, "the losses": list(losses), "how many losses": len(losses)}

    return observe


def start_afterwards(names: Names) -> dict[str, Any]:
    """Return the start that was handed over, as it is after the walk."""
    start = np.array(START)
    names.descend(loss, gradient, start, max_iter=3)
    return {"the given start": start}


def whole_numbers(names: Names) -> Any:
    """Return where a walk ends that starts at whole numbers."""
    return names.descend(loss, gradient, np.array([3, -2]), max_iter=4)[0]


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Ask for one number."""
    x, rate = round(float(rng.uniform(1, 5)), 1), round(float(rng.uniform(0.05, 0.4)), 2)
    text = f"L(x) = x². From x = {x}, where does one step with learning rate {rate} lead, to three decimals?"
    return text, x - rate * 2 * x


EXERCISE = Exercise(
    number="0a",
    title="Gradient descent",
    defines=("descend",),
    cases=(
        Case("three steps", walk(max_iter=3, tol=0.0), "descend on a bowl, max_iter=3, tol=0", 2),
        Case("another learning rate", walk(learning_rate=0.45, max_iter=5, tol=0.0), "descend, learning_rate=0.45"),
        Case("it stops when the loss settles", walk(max_iter=1000, tol=1e-3), "descend, max_iter=1000, tol=1e-3", 2),
        Case("a rate that climbs", walk(learning_rate=1.2, max_iter=6, tol=0.1), "descend, learning_rate=1.2"),
        Case(
            "a bowl aslant", walk(tied, tied_gradient, max_iter=2, tol=0.0), "descend on x0² + x0 x1 + x1², max_iter=2"
        ),
        Case("a valley below 0", walk(deep, max_iter=4), "descend on a bowl whose floor is at -49.75, max_iter=4"),
        Case("no step at all", walk(max_iter=0), "descend, max_iter=0"),
        # Each loss is 0.04 of the one before or less, so that rounding, also to float32, does not change the steps.
        Case("the usual options", walk(steep_loss, steep_gradient), "descend on a steeper bowl, without options"),
        Case("a start of whole numbers", whole_numbers, "descend from [3, -2]"),
        Case("the given start stays as it was", start_afterwards, "descend, and a look at the start afterwards"),
    ),
    wrongs=(
        wrong(
            "uphill",
            "You add the gradient, so every step goes up. The gradient points uphill; subtract it.",
            "x = x - learning_rate",
            "x = x + learning_rate",
        ),
        wrong(
            "without the learning rate",
            "You subtract the whole gradient, whatever the learning rate says. A step is learning_rate times gradient.",
            "learning_rate * gradient(x)",
            "gradient(x)",
        ),
        wrong(
            "always the usual rate",
            "You take 0.1 whatever the learning rate says; with learning_rate=0.45 the steps should be 4.5 times as "
            "long. A step is learning_rate times gradient.",
            "learning_rate * gradient(x)",
            "0.1 * gradient(x)",
        ),
        wrong(
            "divided by the learning rate",
            "You divide by the learning rate, so a small one makes large steps. Multiply.",
            "learning_rate * gradient(x)",
            "gradient(x) / learning_rate",
        ),
        wrong(
            "the gradient at the start",
            "Every step uses the gradient of the start. The slope changes along the way: compute it anew at x.",
            "learning_rate * gradient(x)",
            "learning_rate * gradient(np.array(start, dtype=float))",
        ),
        wrong(
            "the loss is subtracted",
            "You subtract the loss itself; the step is learning rate times *gradient*.",
            "learning_rate * gradient(x)",
            "learning_rate * loss(x)",
        ),
        wrong(
            "only the direction",
            "You divide the gradient by its length, so all steps are equally long. Steps become shorter by "
            "themselves where the ground is flat: subtract learning_rate * gradient(x).",
            "learning_rate * gradient(x)",
            "learning_rate * gradient(x) / np.linalg.norm(gradient(x))",
        ),
        wrong(
            "never stops early",
            "The walk always takes max_iter steps. Stop as soon as a step has changed the loss by less than tol.",
            "abs(losses[-2] - losses[-1]) < tol",
            "False",
        ),
        wrong(
            "stops where the loss is small",
            "You stop when the loss itself is below tol. Where the valley's floor is not at 0 that never happens; "
            "look at how much the loss has changed.",
            "abs(losses[-2] - losses[-1]) < tol",
            "losses[-1] < tol",
        ),
        wrong(
            "one number after the other",
            "You move one number, and compute the gradient anew for the next one. All numbers move at once, along "
            "one gradient: x - learning_rate * gradient(x).",
            "x = x - learning_rate * gradient(x)",
            "for i in range(len(x)):\n            x = x - learning_rate * gradient(x) * (np.arange(len(x)) == i)",
        ),
        wrong(
            "stops where the loss grows",
            "You stop when the loss has not fallen by tol, so also where it grows. The change counts, up or down: "
            "abs(before - after) < tol.",
            "abs(losses[-2] - losses[-1]) < tol",
            "losses[-2] - losses[-1] < tol",
        ),
        wrong(
            "stops where the step is short",
            "You stop when x has moved by less than tol. Asked for is that the loss changed by less than tol in a "
            "step; near the valley's floor the loss settles long before x does.",
            "x = x - learning_rate",
            "before = x\n        x = x - learning_rate",
            "abs(losses[-2] - losses[-1]) < tol",
            "np.linalg.norm(x - before) < tol",
        ),
        wrong(
            "the last small step is not written down",
            "You leave the loop before the loss of the last step is in the list, so one is missing whenever the walk "
            "stops early. Append the loss first, then compare it with the one before.",
            "            break\n",
            "            losses.pop()\n            break\n",
        ),
        wrong(
            "the last small step is not made",
            "You compare first, and leave the loop without the step that has changed the loss by less than tol. That "
            "step counts, too: move x, append the loss, then compare.",
            "x = x - learning_rate",
            "before = x\n        x = x - learning_rate",
            "            break\n",
            "            x = before\n            losses.pop()\n            break\n",
        ),
        wrong(
            "a change in proportion",
            "You compare the change with tol times the loss. Asked for is the change itself: |before - after| < tol.",
            "abs(losses[-2] - losses[-1]) < tol",
            "abs(losses[-2] - losses[-1]) < tol * losses[-2]",
        ),
        wrong(
            "stops where the slope is small",
            "You stop when the gradient is short. Asked for is that the loss changed by less than tol in a step.",
            "abs(losses[-2] - losses[-1]) < tol",
            "np.linalg.norm(gradient(x)) < tol",
        ),
        wrong(
            "the wrong way round",
            "You stop when the change is *larger* than tol, which is after the first step.",
            "abs(losses[-2] - losses[-1]) < tol",
            "abs(losses[-2] - losses[-1]) > tol",
        ),
        wrong(
            "the last loss is missing",
            "The loss is written down before each step, so that of the end is missing: with max_iter steps there are "
            "max_iter + 1 losses, the first one at the start.",
            "return x, losses",
            "return x, losses[:-1]",
        ),
        wrong(
            "the loss from before the step",
            "The list begins with the loss of the start, twice: it is written down before the loop, and again before "
            "the first step. Take the step first, then append loss(x).",
            "x = x - learning_rate * gradient(x)\n        losses.append(loss(x))",
            "losses.append(loss(x))\n        x = x - learning_rate * gradient(x)",
        ),
        wrong(
            "the first loss is missing",
            "The list begins after the first step. The loss at the start belongs to it, too.",
            "return x, losses",
            "return x, losses[1:]",
        ),
        wrong(
            "only the last loss",
            "You return the last loss only. Asked for is the list: at the start and after every step.",
            "return x, losses",
            "return x, losses[-1]",
        ),
        wrong(
            "the losses do not come back",
            "You return x alone. Asked for are two things: return x, losses.",
            "return x, losses",
            "return x",
        ),
        wrong(
            "one step too few",
            "The walk takes max_iter - 1 steps.",
            "range(max_iter)",
            "range(max_iter - 1)",
        ),
        wrong(
            "one step too many",
            "The walk takes max_iter + 1 steps.",
            "range(max_iter)",
            "range(max_iter + 1)",
        ),
        wrong(
            "the start is changed",
            "You move the very array that was handed over, so whoever did that finds it changed. Make a copy first: "
            "np.array(start, dtype=float).",
            "np.array(start, dtype=float)",
            "np.asarray(start, dtype=float)",
            "x = x - learning_rate * gradient(x)",
            "x -= learning_rate * gradient(x)",
        ),
        wrong(
            "whole numbers stay whole",
            "The start of whole numbers makes an array that holds whole numbers only, so every step is cut off. Make "
            "it floats: np.array(start, dtype=float).",
            "        x = x - learning_rate * gradient(x)\n",
            "        x = (x - learning_rate * gradient(x)).astype(np.asarray(start).dtype)\n",
        ),
        wrong(
            "the order",
            "You return the losses first. Asked for is (x, losses).",
            "return x, losses",
            "return losses, x",
        ),
    ),
    hints=(
        "Walk three steps by hand on L(x) = x² from x = 3 with learning rate 0.1. Which numbers do you write down, "
        "and when?",
        "Copy the start as floats; write down its loss; then in a loop: step, write down the loss, compare it with "
        "the one before, and leave if they are closer than tol.",
        "x = x - learning_rate * gradient(x); losses.append(loss(x)); if abs(losses[-2] - losses[-1]) < tol: break",
    ),
    why="Near x the loss is almost a plane, L(x + d) ≈ L(x) + gradient · d. With d = -α gradient that is L(x) - α "
    "|gradient|²: lower, as long as the step is short enough for the plane to be a good picture.",
    library="training/train.py train",
    question="A network's loss has valleys of different depth, and a walk ends in the one it comes to. Would you "
    "start it once, or several times from different places?",
    quiz=quiz,
)
