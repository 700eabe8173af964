"""How Exercise 15 is checked: against the reference, and, where an answer is wrong, against differences of the loss."""

from itertools import pairwise
from typing import Any

import numpy as np

from glassnet.lab.exercise import Case, Exercise, Namespace, mistake
from glassnet.lab.exercises.networks import relu, sigmoid, softmax
from glassnet.lab.formatting import format_number

FUNCTIONS = {
    "relu": (relu, lambda z: (z > 0).astype(float)),
    "sigmoid": (sigmoid, lambda z: sigmoid(z) * (1 - sigmoid(z))),
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
}


class Small:
    """A small network with its samples, on which gradients are computed."""

    def __init__(self, sizes: list[int], kinds: list[str], m: int, seed: int) -> None:
        rng = np.random.default_rng(seed)
        self.W: list[Any] = [None] + [rng.normal(0, 0.7, shape) for shape in pairwise(sizes)]
        self.B: list[Any] = [None] + [rng.normal(0, 0.3, (units, 1)) for units in sizes[1:]]
        self.X = rng.normal(size=(sizes[0], m))  # (n_0, m)
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
        """Return what an answer gives, by the name of what it belongs to."""
        a, z = self.forward()
        W = [None if w is None else w.copy() for w in self.W]
        dW, db = names.back_propagation(self.Y.copy(), a, z, W, list(self.derivatives))
        found: dict[str, Any] = {}
        for l in range(1, len(self.W)):
            found |= {f"dW[{l}]": dW[l], f"db[{l}]": db[l]}
        return found

    def by_differences(self, name: str, place: tuple[int, ...]) -> float:
        """Return (L(θ + h) − L(θ − h)) / 2h for one number of W or B; L is the mean cross entropy."""
        array, h, losses = (self.W if name[1] == "W" else self.B)[int(name[3])], 1e-6, []
        for step in (h, -2 * h):
            array[place] += step
            losses.append(-(self.Y * np.log(self.forward()[0][-1])).sum() / self.Y.shape[1])
        array[place] += h
        return float((losses[0] - losses[1]) / (2 * h))


SEVEN = Small([5, 4, 3, 3], ["relu", "sigmoid"], m=7, seed=0)
ONE = Small([4, 6, 5, 3], ["relu", "sigmoid"], m=1, seed=2)
SHALLOW = Small([3, 2], [], m=5, seed=1)
DEEP = Small([4, 5, 5, 5, 2], ["tanh", "tanh", "relu"], m=3, seed=3)


def diagnostics(names: Namespace) -> list[str]:
    """Say of every gradient how it compares with differences of the loss, where numbers can be compared at all."""
    lines = []
    for name, got in SEVEN.gradients(names).items():
        array = np.asarray(got, dtype=float)
        parameter = (SEVEN.W if name[1] == "W" else SEVEN.B)[int(name[3])]
        if array.shape != parameter.shape:
            lines.append(f"{name} has shape {array.shape}, what it belongs to has {parameter.shape}")
            continue
        place = tuple(int(i) for i in np.unravel_index(int(np.abs(array).argmax()), array.shape))
        wanted, found = SEVEN.by_differences(name, place), float(array[place])
        where = f"{name}[{', '.join(map(str, place))}]"
        if np.isclose(found, wanted, rtol=1e-4, atol=1e-8):
            lines.append(f"{where} is right: {format_number(found)}")
        else:
            factor = f", {format_number(found / wanted)} times as much" if wanted else ""
            lines.append(
                f"{where} is {format_number(found)}; differences of the loss give {format_number(wanted)}{factor}"
            )
    return lines


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Ask for one number."""
    w, a, delta = (float(round(x, 1)) for x in rng.uniform(0.2, 0.9, 3))
    return (
        f"A unit with a = sigmoid(z) = {a} feeds one unit of the next layer with weight {w}; there delta = {delta}. "
        "What is this unit's own delta, to three decimals?",
        w * delta * a * (1 - a),
    )


STEP_BACK = "(W[l] @ delta) * act_deri[l - 1](z[l - 1])"

EXERCISE = Exercise(
    number="15",
    title="Backpropagation",
    defines=("back_propagation",),
    cases=(
        Case("one layer, five samples", SHALLOW.gradients, "the gradients of a 3-2 network", 2),
        Case("three layers, one sample", ONE.gradients, "the gradients of a 4-6-5-3 network for one sample", 2),
        Case("three layers, seven samples", SEVEN.gradients, "the gradients of a 5-4-3-3 network for seven samples", 2),
        Case("four layers, other activations", DEEP.gradients, "the gradients of a 4-5-5-5-2 network", 2),
    ),
    mistakes=(
        mistake(
            "sums the last delta",
            "You sum a[L] - Y over the units. Softmax and one-hot both add up to 1, so that sum is always 0: no "
            "weight would ever move, and the loss would stay where it is. delta[L] = a[L] - Y is an array of shape "
            "(n_L, m); leave it as it is.",
            "delta = a[L] - Y",
            "delta = np.zeros_like(a[L]) + (a[L] - Y).sum(axis=0)",
        ),
        mistake(
            "sums the hidden delta",
            "You sum delta over the units of a hidden layer, so that all of them get the same number. Every unit has "
            "its own: (W[l] @ delta) * g'(z[l-1]), elementwise, without a sum.",
            STEP_BACK,
            f"np.zeros_like(z[l - 1]) + ({STEP_BACK}).sum(axis=0)",
        ),
        mistake(
            "the derivative of the wrong layer",
            "Going back from layer l, you take the derivative of layer l at z[l-1]. delta[l-1] belongs to layer l-1, "
            "so it is act_deri[l - 1](z[l - 1]).",
            "act_deri[l - 1](z[l - 1])",
            "(act_deri[l] or act_deri[l - 1])(z[l - 1])",
        ),
        mistake(
            "always the first derivative",
            "You use act_deri[1] in every layer (perhaps a 1 that was meant as an l). Each layer has its own: "
            "act_deri[l - 1](z[l - 1]).",
            "act_deri[l - 1](z[l - 1])",
            "act_deri[1](z[l - 1])",
        ),
        mistake(
            "no derivative",
            "The derivative of the activation is missing where you go one layer back. The chain rule wants it: "
            "(W[l] @ delta) * act_deri[l - 1](z[l - 1]).",
            STEP_BACK,
            "W[l] @ delta",
        ),
        mistake(
            "the derivative at a",
            "You take the derivative at a[l-1], the value after the activation. These derivatives take z[l-1], the "
            "value before it.",
            "act_deri[l - 1](z[l - 1])",
            "act_deri[l - 1](a[l - 1])",
        ),
        mistake(
            "dW is not divided by m",
            "dW is the sum over the samples: the loss is their mean, so divide by m, the number of columns.",
            "a[l - 1] @ delta.T / m",
            "a[l - 1] @ delta.T",
        ),
        mistake(
            "db is not divided by m",
            "db is the sum over the samples: the loss is their mean, so divide by m, the number of columns.",
            "delta.sum(axis=1, keepdims=True) / m",
            "delta.sum(axis=1, keepdims=True)",
        ),
        mistake(
            "nothing is divided by m",
            "dW and db are sums over the samples: the loss is the mean, so divide both by m, the number of columns.",
            "a[l - 1] @ delta.T / m",
            "a[l - 1] @ delta.T",
            "delta.sum(axis=1, keepdims=True) / m",
            "delta.sum(axis=1, keepdims=True)",
        ),
        mistake(
            "divided by the number of classes",
            "You divide by the number of rows of Y, which are the classes. Samples are columns: m = Y.shape[1].",
            "W) - 1, Y.shape[1]",
            "W) - 1, Y.shape[0]",
        ),
        mistake(
            "divided by m twice",
            "You divide by m twice, so all gradients are too small by m. Divide delta[L] once, or dW and db, not both.",
            "delta = a[L] - Y",
            "delta = (a[L] - Y) / m",
        ),
        mistake(
            "divided at every layer",
            "You divide delta itself by m again on the way back, so layers further back are too small by m, m², ... "
            "Divide only dW and db, or only the first delta.",
            STEP_BACK,
            f"{STEP_BACK} / m",
        ),
        mistake(
            "transposed",
            "Your dW is transposed: dW[l] has to have the shape of W[l], (n_{l-1}, n_l), which is a[l-1] @ delta.T.",
            "a[l - 1] @ delta.T / m",
            "delta @ a[l - 1].T / m",
        ),
        mistake(
            "the sign",
            "All gradients have the wrong sign: delta[L] is a[L] - Y, prediction minus truth. (With Y - a[L] a step "
            "downhill would go uphill.)",
            "delta = a[L] - Y",
            "delta = Y - a[L]",
        ),
        mistake(
            "a transposed W on the way back",
            "On the way back you multiply by W[l].T. With z = W.T @ a, the chain rule gives W[l] @ delta, without a "
            "transpose (formulas with Wᵀ there belong to z = W @ a).",
            "(W[l] @ delta)",
            "(W[l].T @ delta)",
        ),
        mistake(
            "a of the layer itself",
            "dW[l] takes the input of layer l, which is a[l-1]; you take a[l].",
            "a[l - 1] @ delta.T / m",
            "a[l] @ delta.T / m",
        ),
        mistake(
            "z in place of a",
            "dW[l] takes the layer's input a[l-1], after its activation; you take z[l-1], from before it.",
            "a[l - 1] @ delta.T / m",
            "(z[l - 1] if l > 1 else a[0]) @ delta.T / m",
        ),
        mistake(
            "db has lost its second axis",
            "The numbers of db are right, but its shape is (n_l,) and not (n_l, 1). Subtracted from b it would make "
            "a square table without a word. Keep the axis: sum(axis=1, keepdims=True).",
            "delta.sum(axis=1, keepdims=True) / m",
            "delta.sum(axis=1) / m",
        ),
        mistake(
            "db is one number",
            "You sum delta over everything for db. Every unit has a bias of its own: sum over the samples only, "
            "sum(axis=1, keepdims=True).",
            "delta.sum(axis=1, keepdims=True) / m",
            "np.zeros_like(delta[:, :1]) + delta.sum() / m",
        ),
        mistake(
            "db of the first sample only",
            "db is taken from the first sample alone. Sum delta over all samples and divide by m.",
            "delta.sum(axis=1, keepdims=True) / m",
            "delta[:, :1]",
        ),
        mistake(
            "softmax is differentiated twice",
            "You multiply a[L] - Y by the derivative of the last activation. a[L] - Y is already the derivative of "
            "cross entropy *and* softmax together.",
            "delta = a[L] - Y",
            "delta = (a[L] - Y) * a[L] * (1 - a[L])",
        ),
        mistake(
            "the error is squared",
            "delta[L] is a[L] - Y itself; you multiply it by 2 (or square it): that belongs to the squared error.",
            "delta = a[L] - Y",
            "delta = 2 * (a[L] - Y)",
        ),
    ),
    hints=(
        "Write down the shape of every array. dW[l] must look like W[l], db[l] like b[l], delta[l] like z[l]. Which "
        "product of a[l-1] (n_{l-1}, m) and delta[l] (n_l, m) has the shape of W[l]?",
        "A loop from the last layer to the first: delta starts as a[L] - Y; in each layer dW[l] and db[l] come from "
        "delta, then delta goes one layer back through W[l] and the derivative of layer l-1.",
        "dW[l] = a[l-1] @ delta.T / m, db[l] = delta.sum(axis=1, keepdims=True) / m, and for l > 1: "
        "delta = (W[l] @ delta) * act_deri[l-1](z[l-1]).",
    ),
    explanation="Every weight W[i, j] acts on the loss only through z[j], and there it is multiplied by a[i]: so "
    "dL/dW[i, j] = a[i] times delta[j], added up over the samples by the matrix product. Going back, unit i reaches "
    "the loss through all z[j] it feeds, each with weight W[i, j]: that sum is W @ delta.",
    library="network/network.py Network.backward",
    question="The whole way back costs about twice as many multiplications as the way forward. Measuring each weight "
    "by differences of the loss costs two ways forward per weight. How many times dearer is that for 64-6-5-10?",
    quiz=quiz,
    diagnostics=diagnostics,
)
