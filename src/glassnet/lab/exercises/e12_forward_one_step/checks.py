"""Checks of Exercise 12: every a and z of small networks, including a deep one with layers of equal size."""

from itertools import pairwise
from typing import Any

import numpy as np

from glassnet.lab.exercise import Case, Exercise, Namespace, mistake
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


RETURN = "return a, z"


def own_layer(product: str) -> tuple[str, str]:
    """Return an edit of the solution that computes a layer without forward_layer, with this product of W and a."""
    layer = f"z_l = {product} + B[l]\n        a_l = z_l if act_funcs[l] is None else act_funcs[l](z_l)"
    return "z_l, a_l = forward_layer(W[l], B[l], a[l - 1], act_funcs[l])", layer


EXERCISE = Exercise(
    number="12",
    title="Forward propagation",
    defines=("forward_one_step",),
    cases=(
        Case("lengths and index 0 of the lists", DIGITS.lengths, "a and z of a 64-6-5-10 network: lengths and index 0"),
        Case("shapes", DIGITS.shapes, "the shapes in a for one sample and a 64-6-5-10 network"),
        Case("one layer without an activation function", ONE_LAYER.values, "a and z of a 3-2 network for four samples"),
        Case("three layers, one sample", ONE_SAMPLE.values, "a and z of a 4-3-5-2 network for one sample"),
        Case("three layers, six samples", SAMPLES.values, "a and z of a 4-3-5-2 network for six samples"),
        Case("four layers of equal size", EQUAL.values, "a and z of a 3-3-3-3-3 network for five samples"),
    ),
    mistakes=(
        mistake(
            "input to every layer",
            "Every layer gets X. Only the first layer should. Layer l gets the activations of the previous layer, "
            "a[l - 1].",
            "a[l - 1]",
            "X",
        ),
        mistake(
            "z instead of a",
            "You pass z[l - 1], before the activation function, to the next layer, so the activation functions have "
            "no effect. Pass a[l - 1].",
            "a[l - 1]",
            "(z[l - 1] if l > 1 else X)",
        ),
        mistake(
            "always W[1]",
            "Every layer uses W[1] (perhaps you typed the digit 1 instead of the letter l). Layer l uses W[l].",
            "(W[l], ",
            "(W[1], ",
        ),
        mistake(
            "always B[1]",
            "Every layer uses B[1] (perhaps you typed the digit 1 instead of the letter l). Layer l uses B[l].",
            "B[l], a",
            "B[1], a",
        ),
        mistake(
            "always act_funcs[1]",
            "Every layer uses act_funcs[1] (perhaps you typed the digit 1 instead of the letter l). Layer l uses "
            "act_funcs[l].",
            "act_funcs[l])",
            "act_funcs[1])",
        ),
        mistake(
            "act_funcs[1] in all hidden layers",
            "All hidden layers use the activation function of the first, act_funcs[1]. Layer l uses act_funcs[l].",
            "act_funcs[l])",
            "act_funcs[l if l == len(W) - 1 else 1])",
        ),
        mistake(
            "activation of the previous layer",
            "Layer l uses act_funcs[l - 1], so the first layer has no activation function, and the last one is never "
            "used. Index 0 is unused in all lists: layer l uses act_funcs[l].",
            "act_funcs[l])",
            "act_funcs[l - 1])",
        ),
        mistake(
            "no activation functions",
            "No layer has an activation function, so the whole network is one linear function. Pass act_funcs[l] to "
            "forward_layer.",
            "act_funcs[l])",
            "None)",
        ),
        mistake(
            "no biases",
            "The biases are missing. Layer l adds B[l].",
            "B[l], a",
            "0 * B[l], a",
        ),
        mistake(
            "elementwise products",
            "You compute the layers yourself and use * for W and a. For arrays, * multiplies elementwise and sums "
            "nothing. Use @, or the given forward_layer(W[l], B[l], a[l - 1], act_funcs[l]).",
            *own_layer("W[l].T * a[l - 1]"),
            variants=[own_layer("a[l - 1] * W[l].T"), own_layer("W[l] * a[l - 1]")],
            raises="operands could not be broadcast together",
        ),
        mistake(
            "W not transposed",
            "You compute the layers yourself with W[l] @ a. W[l] has a column per unit, shape (n_in, n_out), so its "
            "transpose must be multiplied: W[l].T @ a[l - 1]. Or use the given forward_layer.",
            *own_layer("W[l] @ a[l - 1]"),
            variants=[own_layer("W[l].dot(a[l - 1])")],
        ),
        mistake(
            "a and z swapped in every layer",
            "z contains activations, and a contains pre-activations, which you then pass to the next layer. "
            "forward_layer returns z first: z_l, a_l = forward_layer(...).",
            "z_l, a_l =",
            "a_l, z_l =",
        ),
        mistake(
            "z after the activation",
            "z contains the same arrays as a. z is the sum before the activation function, where the backward pass "
            "computes derivatives.",
            "z.append(z_l)",
            "z.append(a_l)",
        ),
        mistake(
            "return values swapped",
            "You return z first. Return (a, z).",
            RETURN,
            "return z, a",
        ),
        mistake(
            "last layer missing",
            "The loop ends one layer too early. The lists also have an entry at index 0, so the layers are 1 ... "
            "len(W) - 1. Use range(1, len(W)).",
            "range(1, len(W))",
            "range(1, len(W) - 1)",
        ),
        mistake(
            "last layer not computed",
            "You do not compute the last layer, so its entries stay empty. The lists also have an entry at index 0, "
            "so the layers are 1 ... len(W) - 1. Use range(1, len(W)).",
            RETURN,
            "return [*a[:-1], None], [*z[:-1], None]",
        ),
        mistake(
            "always three layers",
            "You always compute three layers. The number of layers is len(W) - 1. Use range(1, len(W)).",
            "range(1, len(W))",
            "range(1, 4)",
        ),
        mistake(
            "input in z",
            "z[0] is X. It should be None, because the input has no pre-activation. X belongs in a[0].",
            "[X], [None]",
            "[X], [X]",
        ),
        mistake(
            "another value than None in z",
            "z[0] is not None but another value, such as an empty list. The input has no pre-activation, and None says "
            "so: z = [None] at the beginning.",
            "[X], [None]",
            "[X], [[]]",
            variants=[("[X], [None]", f"[X], [{value}]") for value in ("0", "0 * X", "''", "False")],
        ),
        mistake(
            "no None in z",
            "z starts with the pre-activations of the first layer, so z[l] belongs to layer l + 1. Put None at index "
            "0.",
            "[X], [None]",
            "[X], []",
        ),
        mistake(
            "no input in a",
            "a starts with the activations of the first layer. a[0] should be the input X, which the gradient of "
            "W[1] needs.",
            RETURN,
            "return a[1:], z",
        ),
        mistake(
            "both lists start with layer 1",
            "Both lists start with layer 1. a[0] should be the input X and z[0] should be None, so that index l "
            "belongs to layer l.",
            RETURN,
            "return a[1:], z[1:]",
        ),
        mistake(
            "None instead of the input",
            "a[0] is None. It should be the input X, which the gradient of W[1] needs.",
            RETURN,
            "return [None, *a[1:]], z",
        ),
        mistake(
            "only the last layer",
            "You return the arrays of the last layer. Return two lists with the arrays of all layers, because the "
            "backward pass needs them.",
            RETURN,
            "return a[-1], z[-1]",
        ),
        mistake(
            "only a",
            "You return one list. Return two, (a, z), because the backward pass computes derivatives at z.",
            RETURN,
            "return a",
        ),
        mistake(
            "five lists",
            "You return more than two values. delta, dW, and db belong to the backward pass, which creates them "
            "itself: return a, z.",
            RETURN,
            "return a, z, [], [], []",
        ),
    ),
    hints=(
        "Go through a 4-3-2 network by hand. Write down the input and output of layer 1, and which of them is the "
        "input of layer 2.",
        "Start with a = [X] and z = [None]. Loop over the layers 1 ... len(W) - 1. Call forward_layer with the "
        "weights, biases, and activation function of the layer and the activations of the previous layer, and append "
        "both results.",
        "for l in range(1, len(W)): z_l, a_l = forward_layer(W[l], B[l], a[l - 1], act_funcs[l]); then z.append(z_l) "
        "and a.append(a_l).",
    ),
    explanation="A layer does not depend on what comes before or after it: it maps an (n_in, m) array to an (n_out, m) "
    "array. So any number of layers can be chained, as long as consecutive sizes match. All samples pass through the "
    "network together, without affecting each other.",
    library="network/network.py Network.forward",
    question="For 1000 samples and a 64-6-5-10 network, how many numbers do a and z contain together? Which of them "
    "would you still need if you only wanted the predictions?",
    quiz=quiz,
    none="index 0 of W, B, and act_funcs is None, and so is act_funcs[l] for a layer without an activation",
)
