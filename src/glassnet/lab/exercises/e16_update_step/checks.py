"""Tests of Exercise 16: the parameters after a step, and unchanged inputs."""

import copy
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

from glassnet.lab.exercise import Case, Exercise, Namespace, mistake


class Start:
    """Weights, biases, and gradients of a small network. spread: their standard deviation."""

    def __init__(self, sizes: list[int], seed: int, spread: float = 1.0) -> None:
        rng = np.random.default_rng(seed)
        weights, biases = list(pairwise(sizes)), [(units, 1) for units in sizes[1:]]
        self.W, self.B, self.dW, self.db = (
            [None, *(rng.normal(0, spread, shape) for shape in shapes)] for shapes in (weights, biases, weights, biases)
        )

    def lists(self) -> tuple[list[Any], list[Any], list[Any], list[Any]]:
        """Return copies of W, B, dW, and db as arguments."""
        return copy.deepcopy((self.W, self.B, self.dW, self.db))


TWO_LAYERS = Start([4, 3, 2], seed=0)
EQUAL = Start([3, 3, 3, 3], seed=1, spread=20.0)


def named(**lists: Any) -> dict[str, Any]:
    """Return the arrays of lists by name, without index 0: W[1], W[2], ..."""
    return {f"{name}[{l}]": array for name, arrays in lists.items() for l, array in enumerate(arrays) if l}


def weights(start: Start, alpha: float) -> Callable[[Namespace], Any]:
    """Return a function that observes the weights after a step."""
    return lambda names: named(W=names.update_step(*start.lists(), alpha)[0])


def biases(start: Start, alpha: float) -> Callable[[Namespace], Any]:
    """Return a function that observes the biases after a step."""
    return lambda names: named(B=names.update_step(*start.lists(), alpha)[1])


def two_steps(names: Namespace) -> Any:
    """Return the parameters after two consecutive steps."""
    W, B, dW, db = TWO_LAYERS.lists()
    W, B = names.update_step(W, B, dW, db, 0.1)
    W, B = names.update_step(W, B, dW, db, 0.2)
    return named(W=W, B=B)


def lists_back(names: Namespace) -> Any:
    """Return the lengths of the returned lists, and their entries at index 0."""
    W, B = names.update_step(*TWO_LAYERS.lists(), 0.1)
    return {"len(W)": len(W), "W[0]": W[0], "len(B)": len(B), "B[0]": B[0]}


def arrays_after(names: Namespace) -> Any:
    """Return the input arrays after the call."""
    given = TWO_LAYERS.lists()
    held = [list(arrays) for arrays in given]
    names.update_step(*given, 0.1)
    return named(W=held[0], B=held[1], dW=held[2], db=held[3])


def lists_after(names: Namespace) -> Any:
    """Return whether the input lists contain the same arrays after the call."""
    given = TWO_LAYERS.lists()
    held = [list(arrays) for arrays in given]
    names.update_step(*given, 0.1)
    pairs = zip(("W", "B", "dW", "db"), given, held, strict=True)
    return {
        f"list {name} is unchanged": len(now) == len(before) and all(a is b for a, b in zip(now, before, strict=True))
        for name, now, before in pairs
    }


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Return a question with one number as its answer."""
    w, g = (float(x) for x in np.round(rng.uniform(-3, 3, 2), 1))
    alpha = float(rng.choice([0.1, 0.2, 0.5]))
    return (
        f"A weight is {w}, its gradient {g}, the learning rate {alpha}. What is the weight after one step?",
        w - alpha * g,
    )


NEW_W, NEW_B = "new_W.append(W[l] - alpha * dW[l])", "new_B.append(B[l] - alpha * db[l])"

START = "new_W, new_B = [None], [None]"

EXERCISE = Exercise(
    number="16",
    title="Gradient descent",
    defines=("update_step",),
    cases=(
        Case("the weights", weights(TWO_LAYERS, 0.1), "W of a 4-3-2 network after a step with alpha = 0.1"),
        Case("the biases", biases(TWO_LAYERS, 0.1), "B of a 4-3-2 network after a step with alpha = 0.1"),
        Case("weights of equal shape", weights(EQUAL, 0.5), "W of a 3-3-3-3 network after a step with alpha = 0.5"),
        Case("biases of equal shape", biases(EQUAL, 0.5), "B of a 3-3-3-3 network after a step with alpha = 0.5"),
        Case("a learning rate of 0", weights(TWO_LAYERS, 0.0), "W of a 4-3-2 network after a step with alpha = 0"),
        Case("two steps", two_steps, "W and B after a step with alpha = 0.1 and another one with alpha = 0.2"),
        Case("the returned lists", lists_back, "the returned lists of a 4-3-2 network: lengths, and index 0"),
        Case("unchanged input arrays", arrays_after, "the arrays of W, B, dW, and db after a step"),
        Case("unchanged input lists", lists_after, "the lists W, B, dW, and db after a step"),
    ),
    robustness=(
        "unchanged input arrays",
        "unchanged input lists",
    ),
    mistakes=(
        mistake(
            "no update",
            "You return the old parameters. Subtract the learning rate times the gradient, W[l] - alpha * dW[l], and "
            "return the result.",
            NEW_W,
            "new_W.append(W[l].copy())",
            NEW_B,
            "new_B.append(B[l].copy())",
        ),
        mistake(
            "weights not updated",
            "You update only the biases. Update the weights as well: W[l] - alpha * dW[l] in every layer.",
            NEW_W,
            "new_W.append(W[l].copy())",
        ),
        mistake(
            "biases not updated",
            "You update only the weights. Update the biases as well: B[l] - alpha * db[l] in every layer.",
            NEW_B,
            "new_B.append(B[l].copy())",
        ),
        mistake(
            "gradient ascent",
            "You add the gradient. It points in the direction in which the loss increases. Subtract it: W[l] - alpha "
            "* dW[l].",
            "W[l] - alpha * dW[l]",
            "W[l] + alpha * dW[l]",
            "B[l] - alpha * db[l]",
            "B[l] + alpha * db[l]",
        ),
        mistake(
            "gradient ascent for weights",
            "You add the gradient to the weights. Subtract it: W[l] - alpha * dW[l].",
            "W[l] - alpha * dW[l]",
            "W[l] + alpha * dW[l]",
        ),
        mistake(
            "gradient ascent for biases",
            "You add the gradient to the biases. Subtract it: B[l] - alpha * db[l].",
            "B[l] - alpha * db[l]",
            "B[l] + alpha * db[l]",
        ),
        mistake(
            "no learning rate",
            "You subtract the gradient itself. Multiply it by the learning rate: W[l] - alpha * dW[l].",
            "alpha * dW[l]",
            "dW[l]",
            "alpha * db[l]",
            "db[l]",
        ),
        mistake(
            "no learning rate for weights",
            "You do not use the learning rate for the weights: W[l] - alpha * dW[l].",
            "alpha * dW[l]",
            "dW[l]",
        ),
        mistake(
            "no learning rate for biases",
            "You do not use the learning rate for the biases: B[l] - alpha * db[l].",
            "alpha * db[l]",
            "db[l]",
        ),
        mistake(
            "division by the learning rate",
            "You divide the gradient by alpha, so a smaller learning rate makes larger steps. Multiply it: alpha * "
            "dW[l].",
            "alpha * dW[l]",
            "dW[l] / alpha",
            "alpha * db[l]",
            "db[l] / alpha",
        ),
        mistake(
            "parameters multiplied by alpha",
            "You multiply the difference by alpha: alpha * (W[l] - dW[l]). With alpha = 0.1 the weights shrink to a "
            "tenth. Multiply only the gradient: W[l] - alpha * dW[l].",
            "W[l] - alpha * dW[l]",
            "alpha * (W[l] - dW[l])",
            "B[l] - alpha * db[l]",
            "alpha * (B[l] - db[l])",
        ),
        mistake(
            "steps instead of parameters",
            "You return the steps, not the new parameters. Subtract the steps from the old parameters: W[l] - alpha * "
            "dW[l].",
            "W[l] - alpha * dW[l]",
            "-alpha * dW[l]",
            "B[l] - alpha * db[l]",
            "-alpha * db[l]",
        ),
        mistake(
            "dW for the biases",
            "You update the biases with dW. In most layers the shapes do not match, but with three inputs and three "
            "units B[l] silently becomes a 3 x 3 array. The gradient of the biases is db[l].",
            "alpha * db[l]",
            "alpha * dW[l]",
        ),
        mistake(
            "db for the weights",
            "You update the weights with db. In most layers the shapes do not match, but with as many inputs as units "
            "db is silently broadcast. The gradient of the weights is dW[l].",
            "alpha * dW[l]",
            "alpha * db[l]",
        ),
        mistake(
            "one step for all biases",
            "You update all biases of a layer by the mean of their gradients. Every unit has its own bias and "
            "gradient: B[l] - alpha * db[l].",
            "alpha * db[l]",
            "alpha * db[l].mean()",
        ),
        mistake(
            "gradient clipping",
            "You scale gradients with a norm above 1 to norm 1, which is gradient clipping. Here the step is alpha "
            "times the gradient.",
            "alpha * dW[l]",
            "alpha * dW[l] / max(1, np.linalg.norm(dW[l]))",
            "alpha * db[l]",
            "alpha * db[l] / max(1, np.linalg.norm(db[l]))",
        ),
        mistake(
            "first gradient in every layer",
            "You update every layer with dW[1] and db[1] (perhaps a digit 1 instead of the letter l). Layer l has its "
            "own gradients, dW[l] and db[l].",
            "alpha * dW[l]",
            "alpha * dW[1]",
            "alpha * db[l]",
            "alpha * db[1]",
        ),
        mistake(
            "last layer missing",
            "The last layer is missing: len(W) counts the placeholder, so the layers are 1 to len(W) - 1: range(1, "
            "len(W)).",
            "range(1, len(W))",
            "range(1, len(W) - 1)",
        ),
        mistake(
            "last layer not updated",
            "The last layer is not updated: the loop ends one layer too early. len(W) counts the placeholder, so the "
            "layers are 1 to len(W) - 1: range(1, len(W)).",
            "range(1, len(W))",
            "range(1, len(W) - 1)",
            "return new_W, new_B",
            "return [*new_W, W[-1].copy()], [*new_B, B[-1].copy()]",
        ),
        mistake(
            "input arrays modified",
            "The returned numbers are correct, but the input arrays have changed as well: W[l] -= ... writes into "
            "them. Copying the list does not help, since the copy holds the same arrays. Create new arrays: W[l] - "
            "alpha * dW[l].",
            NEW_W,
            "W[l] -= alpha * dW[l]\n        new_W.append(W[l])",
            NEW_B,
            "B[l] -= alpha * db[l]\n        new_B.append(B[l])",
        ),
        mistake(
            "input lists modified",
            "Your arrays are new, but W[l] = ... puts them into the caller's list: after the call, old and new "
            "parameters are the same list. Create new lists, [None], and append.",
            START,
            "new_W, new_B = W, B",
            NEW_W,
            "W[l] = W[l] - alpha * dW[l]",
            NEW_B,
            "B[l] = B[l] - alpha * db[l]",
        ),
        mistake(
            "input list W modified",
            "You put the new arrays into the input list W and return that list, so the old weights are lost. Create a "
            "new list, [None], for the weights as well.",
            "new_W, new_B = [None], [None]",
            "new_W, new_B = W, [None]",
            NEW_W,
            "W[l] = W[l] - alpha * dW[l]",
        ),
        mistake(
            "input list B modified",
            "You put the new arrays into the input list B and return that list, so the old biases are lost. Create a "
            "new list, [None], for the biases as well.",
            "new_W, new_B = [None], [None]",
            "new_W, new_B = [None], B",
            NEW_B,
            "B[l] = B[l] - alpha * db[l]",
        ),
        mistake(
            "no placeholder",
            "Your lists start with the first layer at index 0. Put None there, so that W[l] belongs to layer l.",
            START,
            "new_W, new_B = [], []",
        ),
        mistake(
            "empty list as placeholder",
            "Index 0 of your lists should be None but is an empty list.",
            START,
            "new_W, new_B = [[]], [[]]",
        ),
        mistake(
            "biases returned first",
            "You return the biases first. Return (W, B).",
            "return new_W, new_B",
            "return new_B, new_W",
        ),
    ),
    hints=(
        "What does W[l] -= ... do to the array that the caller still holds? Try it: x = np.ones(2); y = x; y -= 0.5; "
        "print(x).",
        "Create two new lists that start with None. For every layer, append W[l] minus alpha times dW[l] to the "
        "first, and the same with B and db to the second.",
        "new_W.append(W[l] - alpha * dW[l]) and new_B.append(B[l] - alpha * db[l]) for l in range(1, len(W)).",
    ),
    explanation="To first order, the loss changes by the gradient times the step. With the step -alpha * g that is "
    "-alpha * |g|^2, which is never positive: a sufficiently small step cannot increase the loss. Of all steps of "
    "equal length, the one against the gradient decreases it most.",
    library="maths/optimizers/sgd.py SGD.step",
    question="Training makes 107800 such steps, and each creates new arrays. What would be gained by writing into the "
    "old ones, and which code would be affected?",
    quiz=quiz,
    none="index 0 of W, B, dW, and db is None; layers are counted from 1",
)
