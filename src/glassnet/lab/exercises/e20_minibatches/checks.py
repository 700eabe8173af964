"""Tests of Exercise 20: equal samples, whose order does not matter, and a derivative that records the samples."""

import copy
from collections.abc import Callable
from typing import Any

import numpy as np

from glassnet.lab.exercise import Case, Exercise, Namespace
from glassnet.lab.exercises.networks import given, results, softmax, tanh_derivative

DRAW = np.random.default_rng(0)

START = (
    [None, DRAW.normal(0, 0.8, (3, 4)), DRAW.normal(0, 0.8, (4, 2))],
    [None, DRAW.normal(0, 0.3, (4, 1)), DRAW.normal(0, 0.3, (2, 1))],
)

FIVE = (DRAW.normal(size=(3, 5)), np.eye(2)[:, [0, 1, 1, 0, 1]])

SEVEN_EQUAL = (np.repeat([[0.7], [-1.2], [0.4]], 7, axis=1), np.repeat([[0.0], [1.0]], 7, axis=1))


def sizes(m: int, batch_size: int) -> tuple[Callable[[Namespace], Any], str]:
    """Return a function that observes the sizes and the content of batches, and its description."""

    def observe(names: Namespace) -> Any:
        batches = names.minibatches(m, batch_size, np.random.default_rng(5))
        if batches is None:
            return None
        batches = [np.asarray(batch).ravel().tolist() for batch in batches]
        everything = sorted(sample for batch in batches for sample in batch)
        return {
            "sizes": list(map(len, batches)),
            "from 0 to m - 1": all(0 <= sample < m for sample in everything),
            "every sample once": everything == list(range(m)),
        }

    return observe, f"minibatches({m}, {batch_size}, rng)"


def drawn(names: Namespace) -> Any:
    """Return properties of the batches of thirty samples."""

    def batches(rng: Any) -> list[Any]:
        return [np.asarray(batch).ravel().tolist() for batch in names.minibatches(30, 5, rng)]

    rng = np.random.default_rng(5)
    one, next_one = batches(rng), batches(rng)
    in_order = [sample for batch in one for sample in batch]
    return {
        "in the order 0, 1, 2, …": in_order == sorted(in_order),
        "only neighbors share a batch": all(max(batch) - min(batch) < len(batch) for batch in one if batch),
        "the next call gives other batches": next_one != one,
        "the same seed gives the same": batches(np.random.default_rng(5)) == one,
        "another seed gives others": batches(np.random.default_rng(6)) != one,
    }


def trained(data: Any, epochs: int, batch_size: int, look: Callable[..., Any]) -> Callable[[Namespace], Any]:
    """Return a function that applies `look` to the arguments and the results of a run."""

    def observe(names: Namespace) -> Any:
        (X, Y), (W, B), rng = copy.deepcopy(data), copy.deepcopy(START), np.random.default_rng(5)
        found = names.train_minibatches(
            X, Y, W, B, [None, np.tanh, softmax], [None, tanh_derivative, None], 0.5, epochs, batch_size, rng
        )
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
    found = names.train_minibatches(X, Y, W, B, [None, softmax], [None, None], 0.0, 2, 4, np.random.default_rng(5))
    return None if found is None else found[2]


def steps(names: Namespace) -> Any:
    """Return the samples of each step in three epochs: the first hidden unit holds the number of the sample."""
    seen: list[list[int]] = []

    def derivative(z: Any) -> Any:
        seen.append(np.rint(np.atleast_2d(z)[0]).astype(int).tolist())
        return np.ones_like(z)

    X = np.vstack([np.arange(10), np.arange(10) % 4 - 1.5])
    W = [None, np.array([[1.0, 0.2, -0.1], [0.0, 0.4, 0.3]]), np.array([[0.1, -0.2], [0.3, 0.2], [-0.4, 0.1]])]
    B = [None, np.zeros((3, 1)), np.array([[0.1], [0.2]])]
    act_funcs, act_deri, rng = [None, np.tanh, softmax], [None, derivative, None], np.random.default_rng(5)
    # With alpha = 0 the weights stay, and so does the way from a sample's number to the hidden unit.
    names.train_minibatches(X, np.eye(2)[:, np.arange(10) % 2], W, B, act_funcs, act_deri, 0.0, 3, 4, rng)
    in_order = [sample for step in seen for sample in step]
    epochs = [in_order[i : i + 10] for i in range(0, len(in_order), 10)]
    return {
        "samples in the steps": list(map(len, seen)),
        "every sample once per epoch": all(sorted(epoch) == list(range(10)) for epoch in epochs),
        "new batches in every epoch": len(set(map(tuple, epochs))) == len(epochs),
    }


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Return a question with one number as its answer."""
    m, batch_size, epochs = int(rng.integers(300, 2000)), int(rng.choice([16, 32, 50, 64])), int(rng.integers(3, 20))
    return (
        f"{m} samples in batches of {batch_size}, {epochs} epochs: how many updates are there?",
        float(-(-m // batch_size) * epochs),
    )


EXERCISE = Exercise(
    defines=("minibatches", "train_minibatches"),
    cases=(
        Case("ten samples in batches of four", *sizes(10, 4)),
        Case("twelve samples in batches of four", *sizes(12, 4)),
        Case("a batch larger than the data", *sizes(3, 8)),
        Case("random order", drawn, "minibatches(30, 5, rng), several times"),
        Case(
            "one batch with all samples",
            trained(FIVE, 3, 8, results),
            "train_minibatches, 5 samples in batches of 8",
            2,
        ),
        Case(
            "equal samples",
            trained(SEVEN_EQUAL, 2, 3, results),
            "train_minibatches, 7 equal samples in batches of 3",
            2,
        ),
        Case("labels of the samples", paired, "the losses of six samples with equal loss, alpha = 0"),
        Case("steps", steps, "the samples in each step of three epochs, batches of 4", 2),
        Case("unchanged W and B", trained(SEVEN_EQUAL, 1, 4, given), "the arguments W and B after training"),
    ),
    robustness=(
        "a batch larger than the data",
        "unchanged W and B",
    ),
    quiz=quiz,
)
