"""Tests of Exercise 17: equal samples, whose order does not matter, and a derivative that records the samples."""

import copy
from collections.abc import Callable
from typing import Any

import numpy as np

from glassnet.lab.exercise import Case, Exercise, Namespace
from glassnet.lab.exercises.networks import given, results, sigmoid, sigmoid_derivative, softmax, weights

SIZES, FUNCTIONS, DERIVATIVES = [3, 4, 2], [None, sigmoid, softmax], [None, sigmoid_derivative, None]

START = weights(SIZES, 0)

SAMPLE, LABEL = np.array([[0.7], [-1.2], [0.4]]), np.array([[0.0], [1.0]])


def trained(m: int, epochs: int, look: Callable[..., Any], label: Any = LABEL) -> Callable[[Namespace], Any]:
    """Return a function that applies `look` to a run on m equal samples; their order does not matter.

    label: of the class that the initial weights favor, or of the other. look: gets the arguments W and B, and the
    results.
    """

    def observe(names: Namespace) -> Any:
        X, Y = np.repeat(SAMPLE, m, axis=1), np.repeat(label, m, axis=1)
        W, B = copy.deepcopy(START)
        rng = np.random.default_rng(5)
        found = names.train(X, Y, W, B, list(FUNCTIONS), list(DERIVATIVES), 0.5, epochs, rng)
        if found is None:
            return None
        new_W, new_B, cost_arr = found
        return look(W, B, new_W, new_B, cost_arr)

    return observe


def paired(names: Namespace) -> Any:
    """Return the losses of six samples 1 and -1, which are equal unless samples and labels are mixed up."""
    X = np.array([[1.0, -1.0, -1.0, 1.0, -1.0, 1.0]])
    Y = np.vstack([X > 0, X < 0]).astype(float)
    W, B = [None, np.array([[1.5, -1.5]])], [None, np.zeros((2, 1))]
    found = names.train(X, Y, W, B, [None, softmax], [None, None], 0.0, 2, np.random.default_rng(5))
    return None if found is None else found[2]


def visits(names: Namespace, m: int, epochs: int, seed: int) -> list[Any]:
    """Return the samples of every backward pass: the first hidden unit holds the number of the sample."""
    seen: list[Any] = []

    def derivative(z: Any) -> Any:
        seen.append(np.rint(np.atleast_2d(z)[0]).astype(int))
        return np.ones_like(z)

    X = np.vstack([np.arange(m), np.arange(m) % 4 - 1.5])
    W = [None, np.array([[1.0, 0.2, -0.1], [0.0, 0.4, 0.3]]), np.array([[0.1, -0.2], [0.3, 0.2], [-0.4, 0.1]])]
    B = [None, np.zeros((3, 1)), np.array([[0.1], [0.2]])]
    rng = np.random.default_rng(seed)
    # With alpha = 0 the weights stay, and so does the way from a sample's number to the hidden unit.
    names.train(
        X, np.eye(2)[:, np.arange(m) % 2], W, B, [None, np.tanh, softmax], [None, derivative, None], 0.0, epochs, rng
    )
    return seen


def order(names: Namespace) -> Any:
    """Return properties of the order of twelve samples in three epochs."""
    seen = visits(names, 12, 3, seed=5)
    one_by_one = [sample for step in seen for sample in step.tolist()]
    epochs = [one_by_one[i : i + 12] for i in range(0, len(one_by_one), 12)]
    return {
        "steps": len(seen),
        "samples in a step": max(map(len, seen), default=0),
        "every sample once per epoch": all(sorted(epoch) == list(range(12)) for epoch in epochs),
        "as they lie in X": epochs[:1] == [list(range(12))],
        "a new order in every epoch": len(set(map(tuple, epochs))) == len(epochs),
    }


def seeds(names: Namespace) -> Any:
    """Compare the orders of equal and of different seeds."""
    one, again, other = ([step.tolist() for step in visits(names, 12, 2, seed)] for seed in (5, 5, 6))
    return {"the same seed gives the same order": one == again, "another seed gives another": one != other}


def falling(names: Namespace) -> Any:
    """Return whether the loss decreases on twelve samples of two separated classes."""
    rng = np.random.default_rng(1)
    kinds = np.arange(12) % 2
    X = rng.normal(0, 0.3, (3, 12)) + np.array([[1.0], [-1.0], [0.5]]) * (2 * kinds - 1)
    W, B = copy.deepcopy(START)
    found = names.train(X, np.eye(2)[:, kinds], W, B, list(FUNCTIONS), list(DERIVATIVES), 0.3, 15, rng)
    return None if found is None else {"the last loss is below half of the first": found[2][-1] < found[2][0] / 2}


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Return a question with one number as its answer."""
    before = [float(round(loss, 2)) for loss in rng.uniform(0.3, 2.5, 4)]
    after = [round(loss * 0.9, 2) for loss in before]
    return (
        f"An epoch visits four samples. Their losses just before their own update are {before}, just after it {after}. "
        "Which number does the epoch append to cost_arr?",
        sum(before),
    )


EXERCISE = Exercise(
    defines=("train",),
    cases=(
        Case(
            "one sample, three epochs", trained(1, 3, results, LABEL[::-1]), "train on one sample for three epochs", 2
        ),
        Case("five equal samples", trained(5, 2, results), "train on five equal samples for two epochs", 2),
        Case("labels of the samples", paired, "the losses of six samples with equal loss, alpha = 0"),
        Case("order of the samples", order, "which of twelve samples are visited in three epochs", 2),
        Case("seeds", seeds, "the order of the samples for two seeds"),
        Case("unchanged W and B", trained(3, 2, given), "the arguments W and B after training"),
        Case("decreasing loss", falling, "fifteen epochs on twelve samples of two classes"),
    ),
    robustness=("unchanged W and B",),
    quiz=quiz,
)
