"""How Exercise 12 is checked: every a and z of small networks, one deep with layers of equal size among them."""

from itertools import pairwise
from typing import Any

import numpy as np

from glassnet.lab.exercise import Case, Exercise, Names, wrong
from glassnet.lab.exercises.networks import relu, sigmoid, softmax


def at(arrays: Any, l: int) -> Any:
    """Return what a list has at an index, None beyond its end: a list that is too short still shows what it has."""
    return arrays[l] if l < len(arrays) else None


class Small:
    """A small network with its samples."""

    def __init__(self, sizes: list[int], functions: list[Any], m: int, seed: int) -> None:
        rng = np.random.default_rng(seed)
        shapes = list(pairwise(sizes))
        self.W: list[Any] = [None] + [rng.normal(0, 0.8, shape) for shape in shapes]
        self.B: list[Any] = [None] + [rng.normal(0, 0.5, (units, 1)) for units in sizes[1:]]
        self.X = rng.normal(size=(sizes[0], m))
        self.functions = [None, *functions]

    def forward(self, names: Names) -> tuple[Any, Any]:
        """Return the a and z of an answer."""
        W, B = ([None, *(array.copy() for array in arrays[1:])] for arrays in (self.W, self.B))
        a, z = names.forward_one_step(self.X.copy(), W, B, list(self.functions))
        return a, z

    def values(self, names: Names) -> Any:
        """Return all of a and z by name, but z[0], which holds nothing."""
        a, z = self.forward(names)
        found = {"a[0]": at(a, 0)}
        for l in range(1, len(self.W)):
            found |= {f"z[{l}]": at(z, l), f"a[{l}]": at(a, l)}
        return found

    def lengths(self, names: Names) -> Any:
        """Return how long both lists are."""
        a, z = self.forward(names)
        return {"len(a)": len(a), "len(z)": len(z), "z[0] is None": at(z, 0) is None}

    def shapes(self, names: Names) -> Any:
        """Return the shapes of all a."""
        a, _ = self.forward(names)
        return {f"shape of a[{l}]": list(np.shape(at(a, l))) for l in range(len(self.W))}


DIGITS = Small([64, 6, 5, 10], [relu, sigmoid, softmax], m=1, seed=0)
ONE_LAYER = Small([3, 2], [None], m=4, seed=1)
ONE_SAMPLE = Small([4, 3, 5, 2], [np.tanh, sigmoid, softmax], m=1, seed=2)
SAMPLES = Small([4, 3, 5, 2], [np.tanh, sigmoid, softmax], m=6, seed=3)
EQUAL = Small([3, 3, 3, 3, 3], [np.tanh, sigmoid, relu, softmax], m=5, seed=7)


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Ask for one number."""
    x, w, b, v, c = (float(n) for n in np.round(rng.uniform(0.2, 2, 5), 1))
    return (
        f"Two layers of one unit each: w = {w}, b = {b} with ReLu, then w = {-v}, b = {c} without an activation. "
        f"The input is {x}. What comes out?",
        -v * max(0.0, w * x + b) + c,
    )


RETURN = "return a, z"

EXERCISE = Exercise(
    number="12",
    title="All layers",
    defines=("forward_one_step",),
    cases=(
        Case("how long the lists are", DIGITS.lengths, "the lengths of a and z of a 64-6-5-10 network"),
        Case("the shapes", DIGITS.shapes, "the shapes in a for one sample in a 64-6-5-10 network"),
        Case("one layer without an activation", ONE_LAYER.values, "a and z of a 3-2 network for four samples"),
        Case("three layers, one sample", ONE_SAMPLE.values, "a and z of a 4-3-5-2 network for one sample"),
        Case("three layers, six samples", SAMPLES.values, "a and z of a 4-3-5-2 network for six samples"),
        Case("four layers of equal size", EQUAL.values, "a and z of a 3-3-3-3-3 network for five samples"),
    ),
    wrongs=(
        wrong(
            "the input to every layer",
            "Every layer gets X. Only the first one does; layer l gets the values of the layer before, a[l - 1].",
            "a[l - 1]",
            "X",
        ),
        wrong(
            "z is passed on",
            "The next layer gets z[l - 1], from before the activation, so no activation ever acts on it. Hand on a[l "
            "- 1].",
            "a[l - 1]",
            "(z[l - 1] if l > 1 else X)",
        ),
        wrong(
            "always the first weights",
            "Every layer uses W[1] (perhaps a 1 that was meant as an l). Layer l has its own: W[l].",
            "(W[l], ",
            "(W[1], ",
        ),
        wrong(
            "always the first biases",
            "Every layer uses B[1] (perhaps a 1 that was meant as an l). Layer l has its own: B[l].",
            "B[l], a",
            "B[1], a",
        ),
        wrong(
            "always the first activation",
            "Every layer uses act_funcs[1] (perhaps a 1 that was meant as an l). Layer l has its own: act_funcs[l].",
            "act_funcs[l])",
            "act_funcs[1])",
        ),
        wrong(
            "one activation for all hidden layers",
            "All hidden layers use the activation of the first, act_funcs[1]. Each layer has its own: act_funcs[l].",
            "act_funcs[l])",
            "act_funcs[l if l == len(W) - 1 else 1])",
        ),
        wrong(
            "the activation of the layer before",
            "Layer l uses act_funcs[l - 1], so that the first has none and the last activation is never used. Index "
            "0 is a placeholder in all lists: it is act_funcs[l].",
            "act_funcs[l])",
            "act_funcs[l - 1])",
        ),
        wrong(
            "no activations",
            "No layer has an activation, so the whole network is one linear function. Hand act_funcs[l] to "
            "forward_layer.",
            "act_funcs[l])",
            "None)",
        ),
        wrong(
            "no biases",
            "The biases are left out. Layer l adds B[l].",
            "B[l], a",
            "0 * B[l], a",
        ),
        wrong(
            "a and z exchanged in every layer",
            "What stands in z are values after the activation, and in a sums from before it, which are then passed on. "
            "forward_layer returns z first: z_l, a_l = forward_layer(...).",
            "z_l, a_l =",
            "a_l, z_l =",
        ),
        wrong(
            "z after the activation",
            "z holds the same arrays as a. z is the sum from before the activation, and derivatives are taken there.",
            "z.append(z_l)",
            "z.append(a_l)",
        ),
        wrong(
            "the lists exchanged",
            "You return z first. Return (a, z).",
            RETURN,
            "return z, a",
        ),
        wrong(
            "the last layer is missing",
            "The loop ends one layer too early: len(W) counts the placeholder, so the layers are 1 ... len(W) - 1, and "
            "range(1, len(W)) goes through them.",
            "range(1, len(W))",
            "range(1, len(W) - 1)",
        ),
        wrong(
            "the last layer stays empty",
            "The last layer is never computed; its places in the lists stay empty. len(W) counts the placeholder, so "
            "the layers are 1 ... len(W) - 1, and range(1, len(W)) goes through them.",
            RETURN,
            "return [*a[:-1], None], [*z[:-1], None]",
        ),
        wrong(
            "always three layers",
            "You compute three layers, whatever there is. The number of layers is len(W) - 1; range(1, len(W)) goes "
            "through them.",
            "range(1, len(W))",
            "range(1, 4)",
        ),
        wrong(
            "the input in z",
            "z[0] is X. The input has no sum: z[0] is None, and X stands in a[0].",
            "[X], [None]",
            "[X], [X]",
        ),
        wrong(
            "no placeholder in z",
            "z begins with the first layer's sums, so z[l] belongs to layer l + 1. Put None at index 0.",
            "[X], [None]",
            "[X], []",
        ),
        wrong(
            "no input in a",
            "a begins with the first layer's values. a[0] is the input X: the gradient of W[1] needs it.",
            RETURN,
            "return a[1:], z",
        ),
        wrong(
            "neither list begins at 0",
            "Both lists begin with layer 1. a[0] is the input X, and z[0] is None, so that index l belongs to layer l.",
            RETURN,
            "return a[1:], z[1:]",
        ),
        wrong(
            "None in place of the input",
            "a[0] is None. It is the input X: the gradient of W[1] needs it.",
            RETURN,
            "return [None, *a[1:]], z",
        ),
        wrong(
            "the last layer only",
            "You return the last layer's arrays. Two lists are asked for, with the arrays of every layer: the way "
            "back needs them.",
            RETURN,
            "return a[-1], z[-1]",
        ),
        wrong(
            "only a",
            "You return one list. Two are asked for, (a, z): derivatives are taken at z.",
            RETURN,
            "return a",
        ),
        wrong(
            "five lists",
            "More than two things come back. delta, dW and db belong to the way back, which makes them itself: "
            "return a, z.",
            RETURN,
            "return a, z, [], [], []",
        ),
    ),
    hints=(
        "Go through a 4-3-2 network by hand: write down what layer 1 gets, what it gives, and what of that layer 2 "
        "gets.",
        "Begin with a = [X] and z = [None]. Loop over the layers 1 ... len(W) - 1; in each, call forward_layer with "
        "the layer's own weights, biases and activation and the values of the layer before, and append both results.",
        "for l in range(1, len(W)): z_l, a_l = forward_layer(W[l], B[l], a[l - 1], act_funcs[l]); then z.append(z_l) "
        "and a.append(a_l).",
    ),
    why="Nothing in a layer knows what stands before or behind it: it needs an (n_in, m) array and gives an (n_out, "
    "m) one. So any number of them can be chained, as long as neighboring sizes agree, and all samples pass "
    "together, without touching each other.",
    library="network/network.py Network.forward",
    question="For 1000 samples in 64-6-5-10, how many numbers do a and z hold together? Which of them would you "
    "still need if you only wanted the predictions?",
    quiz=quiz,
)
