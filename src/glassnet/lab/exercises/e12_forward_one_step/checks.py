"""Checks of Exercise 12: every a and z of small networks, including a deep one with layers of equal size."""

from itertools import pairwise
from typing import Any

import numpy as np

from glassnet.lab.exercise import Case, Exercise, Namespace
from glassnet.lab.exercises.networks import relu, sigmoid, softmax


def entry(arrays: Any, l: int) -> Any:
    """Return an entry of a list, or None beyond its end, so that the entries of a short list can be observed."""
    return arrays[l] if l < len(arrays) else None


class Network:
    """A small network and its samples."""

    def __init__(self, sizes: list[int], functions: list[Any], m: int, seed: int) -> None:
        rng = np.random.default_rng(seed)
        shapes = list(pairwise(sizes))
        self.W: list[Any] = [None] + [rng.normal(0, 0.8, shape) for shape in shapes]
        self.B: list[Any] = [None] + [rng.normal(0, 0.5, (units, 1)) for units in sizes[1:]]
        self.X = rng.normal(size=(sizes[0], m))
        self.functions = [None, *functions]

    def forward(self, names: Namespace) -> tuple[Any, Any]:
        """Return the a and z of an answer."""
        W, B = ([None, *(array.copy() for array in arrays[1:])] for arrays in (self.W, self.B))
        a, z = names.forward_one_step(self.X.copy(), W, B, list(self.functions))
        return a, z

    def values(self, names: Namespace) -> Any:
        """Return all of a and z by name, except z[0]."""
        a, z = self.forward(names)
        found = {"a[0]": entry(a, 0)}
        for l in range(1, len(self.W)):
            found |= {f"z[{l}]": entry(z, l), f"a[{l}]": entry(a, l)}
        return found

    def lengths(self, names: Namespace) -> Any:
        """Return the lengths of both lists, and z[0]."""
        a, z = self.forward(names)
        return {"len(a)": len(a), "len(z)": len(z), "z[0]": entry(z, 0)}

    def shapes(self, names: Namespace) -> Any:
        """Return the shapes of all a."""
        a, _ = self.forward(names)
        return {f"shape of a[{l}]": list(np.shape(entry(a, l))) for l in range(len(self.W))}


DIGITS = Network([64, 6, 5, 10], [relu, sigmoid, softmax], m=1, seed=0)
ONE_LAYER = Network([3, 2], [None], m=4, seed=1)
ONE_SAMPLE = Network([4, 3, 5, 2], [np.tanh, sigmoid, softmax], m=1, seed=2)
SAMPLES = Network([4, 3, 5, 2], [np.tanh, sigmoid, softmax], m=6, seed=3)
EQUAL = Network([3, 3, 3, 3, 3], [np.tanh, sigmoid, relu, softmax], m=5, seed=7)


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Return a question and its answer, a number."""
    x, w, b, v, c = (float(n) for n in np.round(rng.uniform(0.2, 2, 5), 1))
    return (
        f"A network has two layers of one unit each: first w = {w}, b = {b} with ReLU, then w = {-v}, b = {c} without "
        f"an activation function. What is its output for the input {x}?",
        -v * max(0.0, w * x + b) + c,
    )


EXERCISE = Exercise(
    defines=("forward_one_step",),
    cases=(
        Case("lengths and index 0 of the lists", DIGITS.lengths, "a and z of a 64-6-5-10 network: lengths and index 0"),
        Case("shapes", DIGITS.shapes, "the shapes in a for one sample and a 64-6-5-10 network"),
        Case("one layer without an activation function", ONE_LAYER.values, "a and z of a 3-2 network for four samples"),
        Case("three layers, one sample", ONE_SAMPLE.values, "a and z of a 4-3-5-2 network for one sample"),
        Case("three layers, six samples", SAMPLES.values, "a and z of a 4-3-5-2 network for six samples"),
        Case("four layers of equal size", EQUAL.values, "a and z of a 3-3-3-3-3 network for five samples"),
    ),
    quiz=quiz,
)
