"""Tests of Exercise 15: against the reference solution, and wrong answers also against differences of the loss."""

from itertools import pairwise
from typing import Any

import numpy as np

from glassnet.lab.exercise import Case, Exercise, Namespace
from glassnet.lab.exercises.networks import relu, sigmoid, softmax
from glassnet.lab.formatting import format_number, format_pair

FUNCTIONS = {
    "relu": (relu, lambda z: (z > 0).astype(float)),
    "sigmoid": (sigmoid, lambda z: sigmoid(z) * (1 - sigmoid(z))),
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
}


class Small:
    """A small network with samples.

    spread: standard deviation of the inputs. Large inputs with small weights give the same z and large gradients.
    """

    def __init__(self, sizes: list[int], kinds: list[str], m: int, seed: int, spread: float = 1.0) -> None:
        rng = np.random.default_rng(seed)
        self.W: list[Any] = [None] + [rng.normal(0, 0.7, shape) for shape in pairwise(sizes)]
        self.B: list[Any] = [None] + [rng.normal(0, 0.3, (units, 1)) for units in sizes[1:]]
        self.W[1] = self.W[1] / spread
        self.X = rng.normal(0, spread, (sizes[0], m))  # (n_0, m)
        self.Y = np.eye(sizes[-1])[:, rng.integers(sizes[-1], size=m)]  # (n_L, m)
        self.functions: list[Any] = [None, *(FUNCTIONS[kind][0] for kind in kinds), softmax]
        self.derivatives = [None, *(FUNCTIONS[kind][1] for kind in kinds), None]

    def forward(self) -> tuple[list[Any], list[Any]]:
        """Return a and z of every layer."""
        a: list[Any] = [self.X]
        z: list[Any] = [None]
        for W, b, g in zip(self.W[1:], self.B[1:], self.functions[1:], strict=True):
            z.append(W.T @ a[-1] + b)
            a.append(g(z[-1]))
        return a, z

    def gradients(self, names: Namespace) -> dict[str, Any]:
        """Return the gradients of an answer, by name."""
        a, z = self.forward()
        W = [None if w is None else w.copy() for w in self.W]
        dW, db = names.back_propagation(self.Y.copy(), a, z, W, list(self.derivatives))
        found: dict[str, Any] = {}
        for l in range(1, len(self.W)):
            found |= {f"dW[{l}]": dW[l], f"db[{l}]": db[l]}
        return found

    def by_differences(self, name: str, place: tuple[int, ...]) -> float:
        """Return (L(θ + h) − L(θ − h)) / 2h for one number of W or B; L is the mean cross-entropy."""
        array, h, losses = (self.W if name[1] == "W" else self.B)[int(name[3])], 1e-6, []
        for step in (h, -2 * h):
            array[place] += step
            losses.append(-(self.Y * np.log(self.forward()[0][-1])).sum() / self.Y.shape[1])
        array[place] += h
        return float((losses[0] - losses[1]) / (2 * h))


SEVEN = Small([5, 4, 3, 3], ["relu", "sigmoid"], m=7, seed=0)
ONE = Small([4, 6, 5, 3], ["relu", "sigmoid"], m=1, seed=2)
SHALLOW = Small([3, 2], [], m=5, seed=1, spread=400.0)
DEEP = Small([4, 5, 5, 5, 2], ["tanh", "tanh", "relu"], m=3, seed=3)


def diagnostics(names: Namespace) -> list[str]:
    """Compare each gradient with central differences of the loss."""
    lines = []
    for name, got in SEVEN.gradients(names).items():
        array = np.asarray(got, dtype=float)
        parameter = (SEVEN.W if name[1] == "W" else SEVEN.B)[int(name[3])]
        if array.shape != parameter.shape:
            lines.append(f"{name} should have shape {parameter.shape} but has {array.shape}")
            continue
        place = tuple(int(i) for i in np.unravel_index(int(np.abs(array).argmax()), array.shape))
        wanted, found = SEVEN.by_differences(name, place), float(array[place])
        where = f"{name}[{', '.join(map(str, place))}]"
        if np.isclose(found, wanted, rtol=1e-4, atol=1e-8):
            lines.append(f"{where} is correct: {format_number(found)}")
        else:
            factor = f", {format_number(found / wanted)} times as large" if wanted else ""
            source = "central differences of the loss"
            texts = format_pair(wanted, found)
            pair = f"should be {texts[0]} ({source}) but is {texts[1]}"
            lines.append(f"{where} {pair}{factor}")
    return lines


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Return a question with one number as its answer."""
    w, a, delta = (float(round(x, 1)) for x in rng.uniform(0.2, 0.9, 3))
    return (
        f"A unit with a = sigmoid(z) = {a} feeds one unit of the next layer with weight {w}, where delta = {delta}. "
        "What is the delta of the unit itself, to three decimals?",
        w * delta * a * (1 - a),
    )


BIASES = "delta.sum(axis=1, keepdims=True) / m"


EXERCISE = Exercise(
    defines=("back_propagation",),
    cases=(
        Case("one layer, five samples", SHALLOW.gradients, "the gradients of a 3-2 network", 2),
        Case("three layers, one sample", ONE.gradients, "the gradients of a 4-6-5-3 network for one sample", 2),
        Case("three layers, seven samples", SEVEN.gradients, "the gradients of a 5-4-3-3 network for seven samples", 2),
        Case("four layers, other activations", DEEP.gradients, "the gradients of a 4-5-5-5-2 network", 2),
    ),
    quiz=quiz,
    diagnostics=diagnostics,
    variants={
        "sum over output units": [
            (
                "delta = a[L] - Y",
                "delta = np.sum(a[L] - Y)",
                "a[l - 1] @ delta.T / m",
                product,
                BIASES,
                biases,
                "(W[l] @ delta)",
                back,
            )
            for product in ("a[l - 1] * delta / m", "np.dot(a[l - 1], delta.T) / m")
            for biases in ("np.sum(delta) / m", "delta / m", "np.zeros_like(W[l][:1].T)")
            for back in (
                "(W[l] * delta)",
                "np.dot(W[l], delta)",
                "np.sum(W[l] * delta)",
                "np.sum(W[l] * delta, axis=1, keepdims=True)",
            )
        ],
    },
)
