"""Checks of Exercise 10a: the numbers are random, so the checks look at their distribution."""

from itertools import pairwise
from typing import Any

import numpy as np

from glassnet.lab.exercise import Case, Exercise, Namespace, mistake

WIDE = [2, 5_000, 2, 5_000]
"""Enough weights in every layer, and biases in layers 1 and 3, to estimate standard deviations to one percent."""


def initialized(names: Namespace, sizes: list[int], seed: int = 5) -> tuple[Any, Any]:
    """Return the W and B of an answer."""
    W, B = names.initialize(list(sizes), np.random.default_rng(seed))
    return W, B


def lists(names: Namespace) -> Any:
    """Return the lengths of both lists and their entries at index 0."""
    W, B = initialized(names, [64, 6, 5, 10])
    return {"len(W)": len(W), "W[0]": W[0], "len(B)": len(B), "B[0]": B[0]}


def shapes(of: int) -> Any:
    """Return an observation: the shapes of the arrays in W (0) or B (1)."""

    def observe(names: Namespace) -> Any:
        arrays = initialized(names, [64, 6, 5, 10])[of]
        return {f"shape of {'WB'[of]}[{l}]": list(np.shape(arrays[l])) for l in (1, 2, 3)}

    return observe


def one_digit(value: float) -> float:
    """Return a number rounded to one significant digit, so that different draws with the same mistake look the same."""
    return float(f"{value:.1g}")


def deviations(of: int, layers: tuple[int, ...]) -> Any:
    """Return an observation: the rounded standard deviation in each layer; 0.1 only if it is within 5 percent."""

    def roughly(std: float) -> float:
        if std < 1e-9:  # equal numbers, to rounding
            return 0.0
        if abs(std - 0.1) <= 0.005:
            return 0.1
        return round(std, 3) if one_digit(std) == 0.1 else one_digit(std)

    def observe(names: Namespace) -> Any:
        arrays = initialized(names, WIDE)[of]
        return {f"standard deviation of {'WB'[of]}[{l}]": roughly(float(np.std(arrays[l]))) for l in layers}

    return observe


def means(names: Namespace) -> Any:
    """Return the means, rounded. A mean within 0.03 of 0, and that of equal biases, counts as 0."""
    W, B = initialized(names, WIDE)
    found = {"mean of W[1]": float(np.mean(W[1])), "mean of B[1]": float(np.mean(B[1])) if np.ptp(B[1]) else 0.0}
    return {name: one_digit(mean) if abs(mean) >= 0.03 else 0.0 for name, mean in found.items()}


def near_zero(names: Namespace) -> Any:
    """Return the fraction of numbers near 0: in a normal distribution, 77% are within 1.2 standard deviations."""
    W, B = initialized(names, WIDE)
    arrays = (("W[1]", W[1]), ("B[1]", B[1]))
    return {
        f"fraction of {name} between -0.12 and 0.12": round(float(np.mean(np.abs(a) < 0.12)), 1) for name, a in arrays
    }


def different(names: Namespace) -> Any:
    """Return whether layers of equal size, and the units of a layer, have different numbers."""
    W, B = initialized(names, [4, 4, 4])
    first = np.asarray(W[1], dtype=float)
    return {
        "W[1] and W[2] differ": not np.array_equal(W[1], W[2]),
        "B[1] and B[2] differ": not np.array_equal(B[1], B[2]),
        "the units in W[1] differ": len(np.unique(first, axis=1).T) == 4,
        "the biases in B[1] differ": len(np.unique(B[1])) == 4,
        "B[1] is not 0": bool(np.any(B[1])),
    }


def seeds(names: Namespace) -> Any:
    """Return whether the numbers depend on the given generator, and only on it."""
    one, again, other = (initialized(names, [3, 4], seed) for seed in (1, 1, 2))
    return {
        "same seed, same W": np.array_equal(one[0][1], again[0][1]),
        "same seed, same B": np.array_equal(one[1][1], again[1][1]),
        "different seed, different W": not np.array_equal(one[0][1], other[0][1]),
        "different seed, different B": not np.array_equal(one[1][1], other[1][1]),
    }


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Return a question and its answer, a number."""
    sizes = [int(n) for n in rng.integers(3, 12, 4)]
    question = f"How many numbers does initialize({sizes}, rng) draw, weights and biases together?"
    return question, float(sum(inputs * units + units for inputs, units in pairwise(sizes)))


WEIGHTS, BIASES = "rng.normal(0, 0.1, (inputs, units))", "rng.normal(0, 0.1, (units, 1))"

LOOP = "for l in range(1, len(sizes)):"

EXERCISE = Exercise(
    number="10a",
    title="Weight initialization",
    defines=("initialize",),
    cases=(
        Case("the lists", lists, "initialize([64, 6, 5, 10], rng): lengths and index 0"),
        Case("shapes of the weights", shapes(0), "initialize([64, 6, 5, 10], rng): the shapes in W"),
        Case("shapes of the biases", shapes(1), "initialize([64, 6, 5, 10], rng): the shapes in B"),
        Case(
            "standard deviation of the weights",
            deviations(0, (1, 2, 3)),
            f"initialize({WIDE}, rng): standard deviations in W",
        ),
        Case(
            "standard deviation of the biases",
            deviations(1, (1, 3)),
            f"initialize({WIDE}, rng): standard deviations in B",
        ),
        Case("mean 0", means, f"initialize({WIDE}, rng): means"),
        Case("normal distribution", near_zero, f"initialize({WIDE}, rng): numbers between -0.12 and 0.12"),
        Case("different numbers", different, "initialize([4, 4, 4], rng): equal layers or units"),
        Case("random generator", seeds, "initialize([3, 4], rng) with the seeds 1, 1, and 2"),
    ),
    robustness=("random generator",),
    mistakes=(
        mistake(
            "zero weights",
            "All your weights are 0. Then the output does not depend on the input, and the first gradient is 0 in "
            "every layer except the last. With biases of 0 as well, the units of a layer would remain equal forever. "
            "Use random weights: rng.normal(0, 0.1, shape).",
            WEIGHTS,
            "np.zeros((inputs, units))",
        ),
        mistake(
            "zero biases",
            "Your biases are 0. That works well, and glassnet does the same. But in this exercise the biases are "
            "random like the weights: rng.normal(0, 0.1, (units, 1)).",
            BIASES,
            "np.zeros((units, 1))",
        ),
        mistake(
            "constant weights",
            "All your weights are 0.1, so the units of a layer differ only in their biases. Each unit needs "
            "different weights to learn something different. 0.1 is the standard deviation of the weights, not their "
            "value: rng.normal(0, 0.1, shape).",
            WEIGHTS,
            "np.full((inputs, units), 0.1)",
        ),
        mistake(
            "standard deviation 1",
            "Your parameters have standard deviation 1, which is ten times too large. With 64 inputs, a weighted sum "
            "then easily reaches 8, where a sigmoid is flat and hardly learns. The second argument of rng.normal(0, "
            "0.1, shape) is the standard deviation.",
            WEIGHTS,
            "rng.normal(0, 1, (inputs, units))",
            BIASES,
            "rng.normal(0, 1, (units, 1))",
        ),
        mistake(
            "weights with standard deviation 1",
            "Your weights have standard deviation 1. It should be 0.1: rng.normal(0, 0.1, shape).",
            WEIGHTS,
            "rng.standard_normal((inputs, units))",
        ),
        mistake(
            "biases with standard deviation 1",
            "Your biases have standard deviation 1. It should be 0.1: rng.normal(0, 0.1, shape).",
            BIASES,
            "rng.standard_normal((units, 1))",
        ),
        mistake(
            "variance 0.1",
            "Your parameters have standard deviation 0.32, the square root of 0.1, so their *variance* is 0.1. "
            "rng.normal takes the standard deviation, which is 0.1.",
            WEIGHTS,
            "rng.normal(0, 0.1**0.5, (inputs, units))",
            BIASES,
            "rng.normal(0, 0.1**0.5, (units, 1))",
        ),
        mistake(
            "standard deviation 0.01",
            "Your parameters have standard deviation 0.01. Either you passed the variance 0.1², or you applied the "
            "factor 0.1 twice. rng.normal takes the standard deviation: rng.normal(0, 0.1, shape).",
            WEIGHTS,
            "rng.normal(0, 0.01, (inputs, units))",
            BIASES,
            "rng.normal(0, 0.01, (units, 1))",
        ),
        mistake(
            "mean 0.1",
            "Your parameters have mean 0.1 and standard deviation 1. The arguments of rng.normal are the mean, the "
            "standard deviation, and the shape: rng.normal(0, 0.1, shape).",
            WEIGHTS,
            "rng.normal(0.1, 1, (inputs, units))",
            BIASES,
            "rng.normal(0.1, 1, (units, 1))",
        ),
        mistake(
            "uniform distribution",
            "Your parameters are uniformly distributed between -0.1 and 0.1, so their standard deviation is 0.058. "
            "Use a normal distribution, in which a third of the numbers are outside that interval: rng.normal(0, "
            "0.1, shape).",
            WEIGHTS,
            "rng.uniform(-0.1, 0.1, (inputs, units))",
            BIASES,
            "rng.uniform(-0.1, 0.1, (units, 1))",
        ),
        mistake(
            "uniformly distributed weights",
            "Your weights are uniformly distributed between -0.1 and 0.1, so their standard deviation is 0.058. Use "
            "a normal distribution: rng.normal(0, 0.1, shape).",
            WEIGHTS,
            "rng.uniform(-0.1, 0.1, (inputs, units))",
        ),
        mistake(
            "uniform between 0 and 1",
            "Your parameters are between 0 and 1, as rng.random returns them. None is negative, and their mean is "
            "0.5. Use rng.normal(0, 0.1, shape).",
            WEIGHTS,
            "rng.random((inputs, units))",
            BIASES,
            "rng.random((units, 1))",
        ),
        mistake(
            "He initialization",
            "The standard deviation of your weights is sqrt(2 / inputs). This is He initialization, which suits ReLU "
            "layers. Here the standard deviation is 0.1 in every layer.",
            WEIGHTS,
            "rng.normal(0, (2 / inputs) ** 0.5, (inputs, units))",
        ),
        mistake(
            "transposed weights",
            "Your W[l] has shape (units, inputs). In this course the inputs come first: W[1] of a 64-6-5-10 network "
            "is (64, 6), and a layer computes W.T @ X.",
            "(inputs, units))",
            "(units, inputs))",
        ),
        mistake(
            "one-dimensional biases",
            "Your B[l] has shape (units,), so it would broadcast along the samples of z, which is (units, m). Make "
            "it a column: (units, 1).",
            "(units, 1)",
            "(units,)",
        ),
        mistake(
            "row of biases",
            "Your B[l] has shape (1, units). In this network the samples are columns, so the biases form a column: "
            "(units, 1).",
            "(units, 1)",
            "(1, units)",
        ),
        mistake(
            "one bias per input",
            "Your B[l] has one number per input of the layer. Each unit has one bias: B[1] of a 64-6-5-10 network is "
            "(6, 1).",
            "(units, 1)",
            "(inputs, 1)",
        ),
        mistake(
            "one bias per layer",
            "Your B[l] is a single number for the whole layer. Each unit has its own bias: shape (units, 1).",
            "(units, 1)",
            "(1, 1)",
        ),
        mistake(
            "equal biases",
            "You draw one bias and use it for all units of the layer. Each unit has its own bias: rng.normal(0, 0.1, "
            "(units, 1)) draws one for each.",
            BIASES,
            "np.full((units, 1), rng.normal(0, 0.1))",
        ),
        mistake(
            "same numbers in every layer",
            "You draw numbers once and use them in every layer, so layers of the same size are equal. Draw new "
            "numbers for every layer: rng continues where it stopped.",
            LOOP,
            "table, column = rng.normal(0, 0.1, [max(sizes)] * 2), rng.normal(0, 0.1, (max(sizes), 1))\n    " + LOOP,
            WEIGHTS,
            "table[:inputs, :units]",
            BIASES,
            "column[:units]",
        ),
        mistake(
            "no None at index 0",
            "Your lists start with the arrays of the first layer at index 0. Layer 0 is the input: put None at index "
            "0, so that W[l] belongs to layer l.",
            "W, B = [None], [None]",
            "W, B = [], []",
        ),
        mistake(
            "empty list instead of None",
            'Your lists contain an empty list at index 0. Use None, which means "no value".',
            "W, B = [None], [None]",
            "W, B = [[]], [[]]",
        ),
        mistake(
            "last layer missing",
            "Your lists have no entry for the last size. A 64-6-5-10 network has three layers, and the last one maps "
            "5 numbers to 10.",
            "range(1, len(sizes))",
            "range(1, len(sizes) - 1)",
        ),
        mistake(
            "W and B swapped",
            "You return the biases first. Return (W, B).",
            "return W, B",
            "return B, W",
        ),
        mistake(
            "np.random instead of rng",
            "You draw from np.random, which does not depend on rng. The same seed then gives a different network "
            "each time, so no run is reproducible. Use rng.normal.",
            LOOP,
            f"rng = np.random\n    {LOOP}",
        ),
        mistake(
            "fixed seed",
            "Your function returns the same numbers for every generator, because it creates its own with a fixed "
            "seed. Use rng.",
            LOOP,
            f"rng = np.random.default_rng(0)\n    {LOOP}",
        ),
        mistake(
            "new generator in every layer",
            "Your layers have equal numbers, because each layer creates a new generator with the same fixed seed. "
            "Draw all numbers from rng, which continues where it stopped.",
            LOOP,
            f"{LOOP}\n        rng = np.random.default_rng(0)",
        ),
    ),
    hints=(
        "Write down the shapes for the sizes 64, 6, 5, 10. How many arrays does W contain, and which two sizes "
        "determine the shape of each?",
        "Start both lists with None. For each pair of consecutive sizes, append a matrix to W and a column to B. "
        "rng.normal(mean, standard deviation, shape) draws a whole array.",
        "W.append(rng.normal(0, 0.1, (sizes[l - 1], sizes[l]))) for l in range(1, len(sizes)); for B the shape is "
        "(sizes[l], 1).",
    ),
    explanation="The gradient of a unit depends on its incoming and outgoing weights and on its bias. If these are "
    "equal for two units, both get the same gradient, and no step can make them different. Random numbers break this "
    "symmetry. Small weights keep z near 0, where sigmoid and tanh are steepest. If the weights are too small, the "
    "signal shrinks from layer to layer.",
    library="maths/initializers.py Normal",
    question="z is a sum of n inputs of magnitude about 1, each multiplied by a weight with standard deviation 0.1. "
    "How large is z typically for n = 100 and for n = 10000? Which standard deviation of the weights would keep it "
    "near 1?",
    quiz=quiz,
)
