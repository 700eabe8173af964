"""Tests of Exercise 16: the parameters after a step, and unchanged inputs."""

import copy
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

from glassnet.lab.exercise import Case, Exercise, Namespace


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


EXERCISE = Exercise(
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
    quiz=quiz,
)
