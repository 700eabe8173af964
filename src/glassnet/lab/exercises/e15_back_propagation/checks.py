"""Tests of Exercise 15: against the reference solution, and wrong answers also against differences of the loss."""

from itertools import pairwise
from typing import Any

import numpy as np

from glassnet.lab.exercise import Case, Exercise, Namespace, mistake
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
            "sum over output units",
            "You sum a[L] - Y over the units. Softmax outputs and one-hot labels both add up to 1, so the sum is "
            "always 0: no weight ever changes, and the loss stays constant. delta[L] = a[L] - Y is an array of shape "
            "(n_L, m), without a sum.",
            "delta = a[L] - Y",
            "delta = np.zeros_like(a[L]) + (a[L] - Y).sum(axis=0)",
            variants=[
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
            raises=r"\(has 0, gufunc core|array of dimension 0",
        ),
        mistake(
            "sum over hidden units",
            "You sum delta over the units of a hidden layer, so all of them get the same value. Every unit has its "
            "own: (W[l] @ delta) * g'(z[l-1]), elementwise, without a sum.",
            STEP_BACK,
            f"np.zeros_like(z[l - 1]) + ({STEP_BACK}).sum(axis=0)",
            variants=[
                (STEP_BACK, f"np.zeros_like(z[l - 1]) + ({STEP_BACK}).sum()"),
                ("(W[l] @ delta)", "np.sum(W[l] @ delta)"),
                ("(W[l] @ delta)", "np.sum(W[l] @ delta, axis=0)"),
            ],
            raises=r"\(has 0, gufunc core|array of dimension 0",
        ),
        mistake(
            "derivative of the wrong layer",
            "In the backward step from layer l, you use the derivative of layer l. delta[l-1] belongs to layer l-1, so "
            "use act_deri[l - 1](z[l - 1]). (That of the last layer is None, since it is not needed.)",
            "act_deri[l - 1](z[l - 1])",
            "(act_deri[l] or act_deri[l - 1])(z[l - 1])",
            variants=[
                ("act_deri[l - 1](z[l - 1])", "act_deri[l](z[l - 1])"),
                (STEP_BACK, f"{STEP_BACK} if l == L else (W[l] @ delta) * act_deri[l](z[l - 1])"),
            ],
            raises="'NoneType' object is not callable",
        ),
        mistake(
            "derivative of the first layer in every layer",
            "You use act_deri[1] in every layer (perhaps a 1 that was meant as an l). Each layer has its own: "
            "act_deri[l - 1](z[l - 1]).",
            "act_deri[l - 1](z[l - 1])",
            "act_deri[1](z[l - 1])",
        ),
        mistake(
            "missing derivative",
            "The derivative of the activation is missing in the backward step. The chain rule requires it: (W[l] @ "
            "delta) * act_deri[l - 1](z[l - 1]).",
            STEP_BACK,
            "W[l] @ delta",
        ),
        mistake(
            "derivative at a instead of z",
            "You evaluate the derivative at a[l-1], after the activation. These derivatives take z[l-1], the value "
            "before it.",
            "act_deri[l - 1](z[l - 1])",
            "act_deri[l - 1](a[l - 1])",
        ),
        mistake(
            "dW not divided by m",
            "dW is a sum over the samples. The loss is their mean, so divide by m, the number of columns.",
            "a[l - 1] @ delta.T / m",
            "a[l - 1] @ delta.T",
        ),
        mistake(
            "db not divided by m",
            "db is a sum over the samples. The loss is their mean, so divide by m, the number of columns.",
            "delta.sum(axis=1, keepdims=True) / m",
            "delta.sum(axis=1, keepdims=True)",
        ),
        mistake(
            "dW and db not divided by m",
            "dW and db are sums over the samples. The loss is the mean, so divide both by m, the number of columns.",
            "a[l - 1] @ delta.T / m",
            "a[l - 1] @ delta.T",
            "delta.sum(axis=1, keepdims=True) / m",
            "delta.sum(axis=1, keepdims=True)",
        ),
        mistake(
            "division by the number of classes",
            "You divide by the number of rows of Y, the classes. Samples are columns: m = Y.shape[1].",
            "W) - 1, Y.shape[1]",
            "W) - 1, Y.shape[0]",
        ),
        mistake(
            "division by m twice",
            "You divide by m twice, so all gradients are too small by a factor of m. Divide either delta[L] or dW and "
            "db, not both.",
            "delta = a[L] - Y",
            "delta = (a[L] - Y) / m",
        ),
        mistake(
            "division by m in every layer",
            "You divide delta by m in every backward step, so the gradients of earlier layers are too small by m, m², "
            "... Divide only dW and db, or only the first delta.",
            STEP_BACK,
            f"{STEP_BACK} / m",
        ),
        mistake(
            "dW transposed",
            "dW is transposed. dW[l] needs the shape of W[l], (n_{l-1}, n_l): a[l-1] @ delta.T.",
            "a[l - 1] @ delta.T / m",
            "delta @ a[l - 1].T / m",
        ),
        mistake(
            "wrong sign",
            "All gradients have the wrong sign: delta[L] is a[L] - Y, prediction minus label. (With Y - a[L], "
            "gradient descent would increase the loss.)",
            "delta = a[L] - Y",
            "delta = Y - a[L]",
        ),
        mistake(
            "W transposed in the backward pass",
            "In the backward pass you multiply by W[l].T. With z = W.T @ a, the chain rule gives W[l] @ delta, "
            "without a transpose (formulas with Wᵀ there belong to z = W @ a).",
            "(W[l] @ delta)",
            "(W[l].T @ delta)",
        ),
        mistake(
            "output instead of input of the layer",
            "dW[l] uses the input of layer l, a[l-1], but you use a[l].",
            "a[l - 1] @ delta.T / m",
            "a[l] @ delta.T / m",
        ),
        mistake(
            "z instead of a",
            "dW[l] uses the layer's input a[l-1], after the activation, but you use z[l-1], before it.",
            "a[l - 1] @ delta.T / m",
            "(z[l - 1] if l > 1 else a[0]) @ delta.T / m",
        ),
        mistake(
            "db without its second axis",
            "The numbers of db are correct, but its shape should be (n_l, 1) and is (n_l,). Subtracted from b, it "
            "silently broadcasts to a square array. Keep the axis: sum(axis=1, keepdims=True).",
            "delta.sum(axis=1, keepdims=True) / m",
            "delta.sum(axis=1) / m",
        ),
        mistake(
            "one bias gradient per layer",
            "You sum delta over all entries for db. Every unit has its own bias: sum over the samples only, "
            "sum(axis=1, keepdims=True).",
            "delta.sum(axis=1, keepdims=True) / m",
            "np.zeros_like(delta[:, :1]) + delta.sum() / m",
            variants=[
                (BIASES, biases)
                for biases in (
                    "delta.sum() / m",
                    "delta.sum()",
                    "delta.mean()",
                    "np.zeros_like(delta[:, :1]) + delta.sum()",
                    "np.zeros_like(delta[:, :1]) + delta.mean()",
                    "np.sum(delta, keepdims=True) / m",
                    "np.sum(delta, keepdims=True)",
                )
            ],
        ),
        mistake(
            "db not summed",
            "Your db is delta itself, of shape (n_l, m), so it has a column for each sample. The bias of a unit is the "
            "same for all samples: sum delta over them and divide by m, delta.sum(axis=1, keepdims=True) / m.",
            BIASES,
            "delta / m",
            variants=[(BIASES, "delta")],
        ),
        mistake(
            "db summed over the units",
            "You sum delta over the units (axis=0) for db, which gives a number for each sample. Every unit has its "
            "own bias: sum over the samples, delta.sum(axis=1, keepdims=True) / m.",
            BIASES,
            "delta.sum(axis=0) / m",
            variants=[
                (BIASES, biases)
                for biases in (
                    "delta.sum(axis=0)",
                    "delta.mean(axis=0)",
                    "delta.sum(axis=0, keepdims=True) / m",
                    "delta.sum(axis=0, keepdims=True)",
                    "delta.mean(axis=0, keepdims=True)",
                )
            ],
        ),
        mistake(
            "elementwise products",
            "You use * for a product of matrices. For arrays, * multiplies elementwise: it has no sum, and shapes "
            "such as (3, 5) and (5, 2) do not match. Use @ in a[l-1] @ delta.T and in W[l] @ delta; only the "
            "derivative of the activation is multiplied with *.",
            "a[l - 1] @ delta.T",
            "a[l - 1] * delta.T",
            "(W[l] @ delta)",
            "(W[l] * delta)",
            variants=[
                ("a[l - 1] @ delta.T", "a[l - 1] * delta.T"),
                ("a[l - 1] @ delta.T", "delta.T * a[l - 1]"),
                ("a[l - 1] @ delta.T", "delta.T * a[l - 1]", "(W[l] @ delta)", "(delta * W[l])"),
                ("(W[l] @ delta)", "(W[l] * delta)"),
                ("(W[l] @ delta)", "(delta * W[l])"),
            ],
        ),
        mistake(
            "db from the first sample only",
            "db uses the first sample only. Sum delta over all samples and divide by m.",
            "delta.sum(axis=1, keepdims=True) / m",
            "delta[:, :1]",
        ),
        mistake(
            "softmax differentiated twice",
            "You multiply a[L] - Y by the derivative of the last activation. a[L] - Y is already the derivative of "
            "cross-entropy *and* softmax together.",
            "delta = a[L] - Y",
            "delta = (a[L] - Y) * a[L] * (1 - a[L])",
        ),
        mistake(
            "squared-error gradient",
            "You multiply a[L] - Y by 2, as for the squared error. delta[L] is a[L] - Y.",
            "delta = a[L] - Y",
            "delta = 2 * (a[L] - Y)",
        ),
    ),
    hints=(
        "Write down the shape of every array. dW[l] has the shape of W[l], db[l] that of b[l], and delta[l] that of "
        "z[l]. Which product of a[l-1] (n_{l-1}, m) and delta[l] (n_l, m) has the shape of W[l]?",
        "Loop from the last layer to the first. delta starts as a[L] - Y. In each layer, compute dW[l] and db[l] from "
        "delta, then propagate delta to layer l-1 through W[l] and the derivative of layer l-1.",
        "dW[l] = a[l-1] @ delta.T / m, db[l] = delta.sum(axis=1, keepdims=True) / m, and for l > 1: "
        "delta = (W[l] @ delta) * act_deri[l-1](z[l-1]).",
    ),
    explanation="A weight W[i, j] affects the loss only through z[j], where it is multiplied by a[i]. So dL/dW[i, j] "
    "= a[i] times delta[j], summed over the samples by the matrix product. Unit i affects the loss through every z[j] "
    "that it feeds, each with weight W[i, j]. That sum is W @ delta.",
    library="network/network.py Network.backward",
    question="The backward pass needs about twice as many multiplications as the forward pass. Numerical "
    "differentiation needs two forward passes per parameter. How many times more expensive is that for a 64-6-5-10 "
    "network?",
    quiz=quiz,
    diagnostics=diagnostics,
    none="index 0 of W and z is None, and so are act_deri[0] and the last act_deri",
)
