"""The old notebook's network as it was: why its loss never moved, and how it could print an accuracy of 90 %.

Its first weights follow from the one seed it sets, so they are known to the last bit; only its split is not.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from glassnet.common.arrays import AnyArray
from glassnet.data.sources import load

SIZES = (64, 6, 5, 10)

TRAIN = 1078
"""Rows of its training part; the other 719 are its test part."""

EIGHTS = 71
"""How many eights a test part must hold for the error rate to be 648 of 719."""


def first_weights() -> tuple[list[Any], list[Any]]:
    """Return the notebook's W and B as it drew them, W[l] (n_in, n_out), B[l] (n_out, 1), with None at index 0."""
    rng = np.random.RandomState(27)
    rng.randint(500, 1000, 5000)  # the vectors of its timing section, drawn from the same stream before
    rng.randint(0, 500, 5000)
    W = [None, *(rng.normal(0, 0.1, shape) for shape in pairwise(SIZES))]
    B = [None, *(rng.normal(0, 0.1, (units, 1)) for units in SIZES[1:])]
    return W, B


def standardized_digits() -> tuple[AnyArray, AnyArray]:
    """Return the digits as the notebook's network saw them, (1797, 64), statistics of all rows, and their classes."""
    digits = load("digits")
    X = digits.X.astype(float)
    std = X.std(axis=0)
    return (X - X.mean(axis=0)) / np.where(std > 0, std, 1), digits.y


def forward(X: AnyArray, W: list[Any], B: list[Any]) -> tuple[list[AnyArray], list[Any]]:
    """Return a and z of every layer for samples in columns, (64, m): ReLU, sigmoid, softmax."""
    a: list[Any] = [X]
    z: list[Any] = [None]
    for l in range(1, len(W)):
        z.append(W[l].T @ a[-1] + B[l])
        a.append(_activation(l, z[-1]))
    return a, z


def _activation(l: int, z: AnyArray) -> AnyArray:
    if l == 1:
        return np.maximum(0, z)
    if l == 2:
        return 1 / (1 + np.exp(-z))
    e = np.exp(z - z.max(axis=0))
    return e / e.sum(axis=0)


def its_gradients(y: AnyArray, a: list[AnyArray], z: list[Any], W: list[Any]) -> tuple[list[Any], list[Any]]:
    """Return dW and db as the notebook computed them for one sample: every delta is summed to one number.

    The last delta is the sum of softmax minus one-hot, which is 1 − 1 = 0, so all gradients are rounding noise.
    """
    dW, db = [None] * len(W), [None] * len(W)
    delta = np.sum(a[-1] - y)
    for l in range(len(W) - 1, 0, -1):
        dW[l], db[l] = a[l - 1] * delta, delta  # (n_in, 1), stretched over all units when it is subtracted
        if l > 1:
            delta = np.sum((W[l] * delta).T @ (z[l - 1] > 0))  # the derivative of ReLU for every layer
    return dW, db


@dataclass(frozen=True)
class Stuck:
    """A training that does not move. losses: summed, per epoch. largest_move: of any weight or bias, over all of it."""

    losses: list[float]
    largest_move: float


def stuck_training(epochs: int = 3, seed: int = 0) -> Stuck:
    """Train the notebook's network with the notebook's gradients."""
    X, classes = standardized_digits()
    rng = np.random.default_rng(seed)
    rows = rng.permutation(len(X))[:TRAIN]
    W, B = first_weights()
    before = [array.copy() for array in W[1:] + B[1:]]
    losses = []
    for _ in range(epochs):
        total = 0.0
        for i in rng.permutation(rows):
            y = np.eye(SIZES[-1])[:, [classes[i]]]  # (10, 1)
            a, z = forward(X[[i]].T, W, B)
            total -= float(np.log(a[-1][classes[i], 0]))
            dW, db = its_gradients(y, a, z, W)
            for l in range(1, len(W)):
                W[l] = W[l] - 0.01 * dW[l]
                B[l] = B[l] - 0.01 * db[l]
        losses.append(total)
    moves = [np.abs(after - first).max() for after, first in zip(W[1:] + B[1:], before, strict=True)]
    return Stuck(losses, float(max(moves)))


@dataclass(frozen=True)
class Accuracies:
    """What the untrained network is worth. right: how many of all digits; predicted: how often each class is answered.

    true: accuracy on the test part; error_rate: the share of wrong answers there, of `test` rows.
    """

    right: int
    digits: int
    predicted: AnyArray
    true: float
    error_rate: float
    test: int
    eights: int


def accuracy_of_nothing() -> Accuracies:
    """Measure the notebook's network, which has never moved, on a test part that happens to hold 71 eights."""
    X, classes = standardized_digits()
    predicted = forward(X.T, *first_weights())[0][-1].argmax(axis=0)
    rng, test = np.random.default_rng(0), len(X) - TRAIN
    while np.count_nonzero(classes[part := rng.permutation(len(X))[:test]] == 8) != EIGHTS:
        pass
    right = predicted == classes
    return Accuracies(
        int(right.sum()),
        len(X),
        np.bincount(predicted, minlength=SIZES[-1]),
        float(right[part].mean()),
        float((~right[part]).mean()),
        test,
        EIGHTS,
    )


def loss_told(epochs: int = 3) -> str:
    """Return the story of the loss that never moves, with its numbers."""
    stuck = stuck_training(epochs)
    losses = "\n".join(f"epoch {i}: loss {loss:.6f}" for i, loss in enumerate(stuck.losses, start=1))
    return (
        f"{losses}\n"
        f"{epochs * TRAIN} updates have moved no weight and no bias by more than {stuck.largest_move:.1e}.\n"
        f"{TRAIN} samples at ln 10 each are {TRAIN * np.log(10):.1f}: this is guessing among ten classes.\n\n"
        "The last delta was summed over the ten outputs. Softmax adds up to 1, one-hot adds up to 1, so the sum is\n"
        "always 1 - 1 = 0, and every gradient is made from it. Delta is an array, a[L] - y, never summed over units."
    )


def accuracy_told() -> str:
    """Return the story of the accuracy of an untrained network, with its numbers."""
    found = accuracy_of_nothing()
    wrong = round(found.error_rate * found.test)
    answers = ", ".join(f"{count} times {i}" for i, count in enumerate(found.predicted.tolist()) if count)
    return (
        f"The network has never moved. It answers {answers}, and is right on {found.right} of {found.digits} digits:"
        f" {found.right / found.digits:.4f}.\n"
        f"On a test part of {found.test} that holds {found.eights} eights (about one in fifteen random ones does):\n"
        f"  accuracy, mean(predicted == true)    {found.true!r}\n"
        f"  error rate, mean(predicted != true)  {found.error_rate!r}   = {wrong}/{found.test}\n\n"
        "The notebook printed 0.9012517385257302 as its accuracy. That is what the error rate gives; it may also be\n"
        "left over from another version, since the lines that computed it are lost. Compare class with class, and\n"
        "look at the baseline: an accuracy means something only beside the share of the most common class, about\n"
        "0.10 here."
    )
