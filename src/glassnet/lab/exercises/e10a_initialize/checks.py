"""Checks of Exercise 10a: the numbers are random, so the checks look at their distribution."""

from itertools import pairwise
from typing import Any

import numpy as np

from glassnet.lab.exercise import Case, Exercise, Namespace

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


EXERCISE = Exercise(
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
    quiz=quiz,
)
