"""How Exercise 10a is checked: the numbers are random, so what is looked at is how they are spread."""

from itertools import pairwise
from typing import Any

import numpy as np

from glassnet.lab.exercise import Case, Exercise, Names, wrong

WIDE = [2, 5_000, 2, 5_000]
"""Sizes with enough weights in every layer, and biases in layers 1 and 3, for their spread to be known to a percent."""


def drawn(names: Names, sizes: list[int], seed: int = 5) -> tuple[Any, Any]:
    """Return the W and B of an answer."""
    W, B = names.initialize(list(sizes), np.random.default_rng(seed))
    return W, B


def places(names: Names) -> Any:
    """How long both lists are, and what stands at index 0."""
    W, B = drawn(names, [64, 6, 5, 10])
    return {"len(W)": len(W), "W[0]": W[0], "len(B)": len(B), "B[0]": B[0]}


def shapes(of: int) -> Any:
    """The shapes of the arrays, of W (0) or B (1)."""

    def observe(names: Names) -> Any:
        arrays = drawn(names, [64, 6, 5, 10])[of]
        return {f"shape of {'WB'[of]}[{l}]": list(np.shape(arrays[l])) for l in (1, 2, 3)}

    return observe


def one_digit(value: float) -> float:
    """Return the first digit of a number: other draws with the same mistake then look the same."""
    return float(f"{value:.1g}")


def spread(of: int, layers: tuple[int, ...]) -> Any:
    """The standard deviation in each layer, roughly; 0.1 is said only of what is that to 5 percent."""

    def roughly(std: float) -> float:
        if std < 1e-9:  # equal numbers, to rounding
            return 0.0
        if abs(std - 0.1) <= 0.005:
            return 0.1
        return round(std, 3) if one_digit(std) == 0.1 else one_digit(std)

    def observe(names: Names) -> Any:
        arrays = drawn(names, WIDE)[of]
        return {f"standard deviation of {'WB'[of]}[{l}]": roughly(float(np.std(arrays[l]))) for l in layers}

    return observe


def means(names: Names) -> Any:
    """The means of many numbers, roughly; 0 is said of what is nearer to it than 0.03, and of biases all alike."""
    W, B = drawn(names, WIDE)
    found = {"mean of W[1]": float(np.mean(W[1])), "mean of B[1]": float(np.mean(B[1])) if np.ptp(B[1]) else 0.0}
    return {name: one_digit(mean) if abs(mean) >= 0.03 else 0.0 for name, mean in found.items()}


def bell(names: Names) -> Any:
    """The share of numbers near 0, to one decimal: in a normal distribution 77 % lie within 1.2 standard deviations."""
    W, B = drawn(names, WIDE)
    arrays = (("W[1]", W[1]), ("B[1]", B[1]))
    return {f"share of {name} between -0.12 and 0.12": round(float(np.mean(np.abs(a) < 0.12)), 1) for name, a in arrays}


def different(names: Names) -> Any:
    """Whether layers of one size, and the units of one layer, have numbers of their own."""
    W, B = drawn(names, [4, 4, 4])
    first = np.asarray(W[1], dtype=float)
    return {
        "W[1] and W[2] differ": not np.array_equal(W[1], W[2]),
        "B[1] and B[2] differ": not np.array_equal(B[1], B[2]),
        "the units of W[1] differ": len(np.unique(first, axis=1).T) == 4,
        "the biases in B[1] differ": len(np.unique(B[1])) == 4,
        "B[1] is not 0": bool(np.any(B[1])),
    }


def seeds(names: Names) -> Any:
    """Whether the numbers follow from the generator that is given, and from it alone."""
    one, again, other = (drawn(names, [3, 4], seed) for seed in (1, 1, 2))
    return {
        "same seed, same W": np.array_equal(one[0][1], again[0][1]),
        "same seed, same B": np.array_equal(one[1][1], again[1][1]),
        "another seed, another W": not np.array_equal(one[0][1], other[0][1]),
        "another seed, another B": not np.array_equal(one[1][1], other[1][1]),
    }


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Ask for one number."""
    sizes = [int(n) for n in rng.integers(3, 12, 4)]
    question = f"How many numbers, weights and biases together, does initialize({sizes}, rng) draw?"
    return question, float(sum(inputs * units + units for inputs, units in pairwise(sizes)))


WEIGHTS, BIASES = "rng.normal(0, 0.1, (inputs, units))", "rng.normal(0, 0.1, (units, 1))"

LOOP = "for l in range(1, len(sizes)):"

EXERCISE = Exercise(
    number="10a",
    title="First weights",
    defines=("initialize",),
    cases=(
        Case("the lists", places, "initialize([64, 6, 5, 10], rng): lengths, and index 0"),
        Case("the shapes of the weights", shapes(0), "initialize([64, 6, 5, 10], rng): the shapes in W"),
        Case("the shapes of the biases", shapes(1), "initialize([64, 6, 5, 10], rng): the shapes in B"),
        Case("how large the weights are", spread(0, (1, 2, 3)), f"initialize({WIDE}, rng): the spread of W"),
        Case("how large the biases are", spread(1, (1, 3)), f"initialize({WIDE}, rng): the spread of B"),
        Case("around 0", means, f"initialize({WIDE}, rng): the means"),
        Case("a normal distribution", bell, f"initialize({WIDE}, rng): how many lie between -0.12 and 0.12"),
        Case("no two alike", different, "initialize([4, 4, 4], rng): are there equal layers or units?"),
        Case("the generator", seeds, "initialize([3, 4], rng) with the seeds 1, 1 and 2"),
    ),
    wrongs=(
        wrong(
            "weights of 0",
            "All your weights are 0. The units of a layer are then copies of each other: same value, same gradient, "
            "same step, for ever. Draw them: rng.normal(0, 0.1, shape).",
            WEIGHTS,
            "np.zeros((inputs, units))",
        ),
        wrong(
            "biases of 0",
            "Your biases are 0. A network learns well with that, and glassnet starts that way, too; but here they "
            "are asked for at random, like the weights: rng.normal(0, 0.1, (units, 1)).",
            BIASES,
            "np.zeros((units, 1))",
        ),
        wrong(
            "all weights 0.1",
            "Every weight is 0.1. Units with equal weights compute the same number and stay alike. 0.1 is the spread "
            "of the weights, not their value: rng.normal(0, 0.1, shape).",
            WEIGHTS,
            "np.full((inputs, units), 0.1)",
        ),
        wrong(
            "standard deviation 1",
            "Your numbers have standard deviation 1, ten times too much: with 64 inputs a sum then easily reaches 8, "
            "where a sigmoid is flat and hardly learns. The second number in rng.normal(0, 0.1, shape) is the "
            "standard deviation.",
            WEIGHTS,
            "rng.normal(0, 1, (inputs, units))",
            BIASES,
            "rng.normal(0, 1, (units, 1))",
        ),
        wrong(
            "weights with standard deviation 1",
            "Your weights have standard deviation 1; 0.1 is asked for: rng.normal(0, 0.1, shape).",
            WEIGHTS,
            "rng.standard_normal((inputs, units))",
        ),
        wrong(
            "biases with standard deviation 1",
            "Your biases have standard deviation 1; 0.1 is asked for: rng.normal(0, 0.1, shape).",
            BIASES,
            "rng.standard_normal((units, 1))",
        ),
        wrong(
            "variance 0.1",
            "Your numbers have standard deviation 0.32. That is the square root of 0.1: the *variance* is 0.1. "
            "rng.normal takes the standard deviation itself, 0.1.",
            WEIGHTS,
            "rng.normal(0, 0.1**0.5, (inputs, units))",
            BIASES,
            "rng.normal(0, 0.1**0.5, (units, 1))",
        ),
        wrong(
            "standard deviation 0.01",
            "Your numbers have standard deviation 0.01, the square of 0.1 (a variance), or 0.1 taken twice. "
            "rng.normal takes the standard deviation: rng.normal(0, 0.1, shape).",
            WEIGHTS,
            "rng.normal(0, 0.01, (inputs, units))",
            BIASES,
            "rng.normal(0, 0.01, (units, 1))",
        ),
        wrong(
            "mean 0.1",
            "Your numbers have mean 0.1 and standard deviation 1. rng.normal takes the mean first, then the standard "
            "deviation, then the shape: rng.normal(0, 0.1, shape).",
            WEIGHTS,
            "rng.normal(0.1, 1, (inputs, units))",
            BIASES,
            "rng.normal(0.1, 1, (units, 1))",
        ),
        wrong(
            "spread evenly",
            "Your numbers are spread evenly between -0.1 and 0.1; their standard deviation is 0.058. A normal "
            "distribution is asked for, of which a third lies further out: rng.normal(0, 0.1, shape).",
            WEIGHTS,
            "rng.uniform(-0.1, 0.1, (inputs, units))",
            BIASES,
            "rng.uniform(-0.1, 0.1, (units, 1))",
        ),
        wrong(
            "weights spread evenly",
            "Your weights are spread evenly between -0.1 and 0.1; their standard deviation is 0.058. A normal "
            "distribution is asked for: rng.normal(0, 0.1, shape).",
            WEIGHTS,
            "rng.uniform(-0.1, 0.1, (inputs, units))",
        ),
        wrong(
            "between 0 and 1",
            "Your numbers lie between 0 and 1, as rng.random gives them: none is negative, and their mean is 0.5. Take "
            "rng.normal(0, 0.1, shape).",
            WEIGHTS,
            "rng.random((inputs, units))",
            BIASES,
            "rng.random((units, 1))",
        ),
        wrong(
            "by the number of inputs",
            "The spread of your weights depends on the number of inputs, sqrt(2 / inputs). This start (He's) is good "
            "for ReLU layers, but here every layer has standard deviation 0.1.",
            WEIGHTS,
            "rng.normal(0, (2 / inputs) ** 0.5, (inputs, units))",
        ),
        wrong(
            "transposed weights",
            "Your W[l] has shape (units, inputs). In this course the inputs come first, W[1] of 64-6-5-10 is (64, "
            "6), and a layer computes W.T @ X.",
            "(inputs, units))",
            "(units, inputs))",
        ),
        wrong(
            "biases without a second axis",
            "Your B[l] has shape (units,). Added to z of shape (units, m) it would run along the samples. Make it a "
            "column: (units, 1).",
            "(units, 1)",
            "(units,)",
        ),
        wrong(
            "biases as a row",
            "Your B[l] has shape (1, units). Columns are samples in this network, so the biases are a column: "
            "(units, 1).",
            "(units, 1)",
            "(1, units)",
        ),
        wrong(
            "a bias per input",
            "Your B[l] has a number for every input of the layer. A bias belongs to a unit: B[1] of 64-6-5-10 is (6, "
            "1).",
            "(units, 1)",
            "(inputs, 1)",
        ),
        wrong(
            "one bias per layer",
            "Your B[l] is a single number for the whole layer. Every unit has a bias of its own: shape (units, 1).",
            "(units, 1)",
            "(1, 1)",
        ),
        wrong(
            "one bias for all units",
            "You draw one bias and give it to all units of the layer. Every unit has a bias of its own: "
            "rng.normal(0, 0.1, (units, 1)) draws one for each.",
            BIASES,
            "np.full((units, 1), rng.normal(0, 0.1))",
        ),
        wrong(
            "the same numbers in every layer",
            "You draw once, and every layer takes its numbers from the same place. Layers of one size are then equal. "
            "Draw anew for every layer: rng goes on from where it is.",
            LOOP,
            "table, column = rng.normal(0, 0.1, [max(sizes)] * 2), rng.normal(0, 0.1, (max(sizes), 1))\n    " + LOOP,
            WEIGHTS,
            "table[:inputs, :units]",
            BIASES,
            "column[:units]",
        ),
        wrong(
            "no placeholder",
            "Your lists begin with the first layer's arrays, at index 0. Layer 0 is the input: put None there, so "
            "that W[l] belongs to layer l.",
            "W, B = [None], [None]",
            "W, B = [], []",
        ),
        wrong(
            "an empty list as placeholder",
            "At index 0 stands an empty list. None is asked for, the usual sign for 'there is nothing'.",
            "W, B = [None], [None]",
            "W, B = [[]], [[]]",
        ),
        wrong(
            "the last layer is missing",
            "There is no layer for the last size: 64-6-5-10 has three layers, and the last goes from 5 to 10.",
            "range(1, len(sizes))",
            "range(1, len(sizes) - 1)",
        ),
        wrong(
            "W and B exchanged",
            "You return the biases first. Return (W, B).",
            "return W, B",
            "return B, W",
        ),
        wrong(
            "np.random instead of rng",
            "You draw from np.random, which does not know the generator that is handed to you: the same seed gives "
            "another network each time, and no run can be repeated. Call rng.normal.",
            LOOP,
            f"rng = np.random\n    {LOOP}",
        ),
        wrong(
            "a generator of its own",
            "Whatever generator it gets, your function gives the same numbers: it makes its own, with a fixed seed. "
            "Use rng.",
            LOOP,
            f"rng = np.random.default_rng(0)\n    {LOOP}",
        ),
        wrong(
            "a new generator in every layer",
            "Your layers have equal numbers, whatever generator is given: each begins again with the same fixed "
            "seed. Draw all of them from rng, one after the other; it goes on from where it is.",
            LOOP,
            f"{LOOP}\n        rng = np.random.default_rng(0)",
        ),
    ),
    hints=(
        "Write down the shapes for the sizes 64, 6, 5, 10 by hand. How many arrays are there in W, and which two "
        "sizes does each take?",
        "Begin both lists with None. Then go through the pairs of neighboring sizes and append a matrix to W and a "
        "column to B. rng.normal(mean, standard deviation, shape) draws a whole array.",
        "W.append(rng.normal(0, 0.1, (sizes[l - 1], sizes[l]))) for l in range(1, len(sizes)); for B the shape is "
        "(sizes[l], 1).",
    ),
    why="A unit's gradient depends on the weights that lead to it and away from it. Where these are equal for two "
    "units, everything about the two is equal, and no step can part them: a symmetry that only chance breaks. Small "
    "numbers keep z near 0, where sigmoid and tanh are steepest; too small ones make the signal fade from layer to "
    "layer.",
    library="maths/initializers.py Normal",
    question="z adds up n inputs of size about 1, each times a weight with standard deviation 0.1: how large does z "
    "typically become for n = 100, how large for n = 10000? Which spread would keep it at 1?",
    quiz=quiz,
)
