"""Tests of Exercise 19."""

from itertools import pairwise

import numpy as np

from glassnet.lab.exercise import Call, Case, Exercise, call
from glassnet.lab.exercises.networks import sigmoid, softmax


def prediction(sizes: list[int], m: int, spread: float, seed: int) -> Call:
    """Return the call of predict for a random network with weights of this spread, and m random samples."""
    rng = np.random.default_rng(seed)
    W = [None] + [rng.normal(0, spread, shape) for shape in pairwise(sizes)]
    B = [None] + [rng.normal(0, spread, (units, 1)) for units in sizes[1:]]
    act_funcs = [None] + [sigmoid] * (len(sizes) - 2) + [softmax]
    return call("predict", rng.normal(size=(sizes[0], m)), W, B, act_funcs)


TRUE = np.array([3, 9, 0, 3, 4, 1, 9, 2])

SOME = np.array([3, 9, 2, 3, 4, 4, 9, 3])

THREE, CALLED = np.array([0, 0, 1, 2, 2, 2, 1, 0]), np.array([0, 1, 1, 2, 0, 0, 2, 1])


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Return a question with one number as its answer."""
    table = rng.integers(1, 9, (3, 3)) + np.diag(rng.integers(10, 30, 3))
    return (
        f"A confusion matrix is {table.tolist()}. What is the accuracy, to three decimals?",
        float(np.trace(table) / table.sum()),
    )


EXERCISE = Exercise(
    defines=("predict", "accuracy", "confusion_matrix", "majority_baseline"),
    cases=(
        Case("the classes of seven samples", prediction([3, 6, 5, 4], 7, 3.0, 3), "predict for a 3-6-5-4 network"),
        Case("no probability above a half", prediction([4, 3], 6, 0.2, 1), "predict for a 4-3 network, six samples"),
        Case("the class of one sample", prediction([5, 3, 6], 1, 2.0, 4), "predict for a 5-3-6 network, one sample"),
        Case("five of eight correct", call("accuracy", TRUE, SOME)),
        Case("none correct", call("accuracy", np.array([2, 0, 1, 9]), np.array([1, 1, 2, 3]))),
        Case("shapes (8,) and (8, 1)", call("accuracy", TRUE, SOME[:, None])),
        Case("shapes (8,) and (1,)", call("accuracy", TRUE, SOME[:1])),
        Case("a confusion matrix of three classes", call("confusion_matrix", THREE, CALLED, 3)),
        Case("classes without samples", call("confusion_matrix", np.array([0, 3, 3]), np.array([3, 1, 3]), 5)),
        Case("the most common of four classes", call("majority_baseline", np.array([2, 0, 2, 5, 2, 1, 2, 0, 1]))),
        Case("the more common of two classes", call("majority_baseline", np.array([1, 0, 1, 0, 0, 1, 1]))),
    ),
    robustness=(
        "shapes (8,) and (8, 1)",
        "shapes (8,) and (1,)",
        "classes without samples",
    ),
    quiz=quiz,
)
