"""Reproduction of the original notebook's network: its constant loss, and its accuracy of 90%.

Its initial weights follow from the seed that it sets, so they are reproduced exactly. Its split is unknown.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Any

import numpy as np

from glassnet.common.arrays import AnyArray
from glassnet.data.sources import load

SIZES = (64, 6, 5, 10)

TRAIN = 1078
"""Number of training samples; the other 719 are the test set."""

EIGHTS = 71
"""Number of eights in a test set whose error rate is 648/719."""


def initial_weights() -> tuple[list[Any], list[Any]]:
    """Return the notebook's initial W and B, W[l] (n_in, n_out), B[l] (n_out, 1), with None at index 0."""
    rng = np.random.RandomState(27)
    rng.randint(500, 1000, 5000)  # its timing section draws from the same stream first
    rng.randint(0, 500, 5000)
    W = [None, *(rng.normal(0, 0.1, shape) for shape in pairwise(SIZES))]
    B = [None, *(rng.normal(0, 0.1, (units, 1)) for units in SIZES[1:])]
    return W, B


def standardized_digits() -> tuple[AnyArray, AnyArray]:
    """Return the digits, (1797, 64), standardized with statistics of all rows as in the notebook, and their classes."""
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


def notebook_gradients(y: AnyArray, a: list[AnyArray], z: list[Any], W: list[Any]) -> tuple[list[Any], list[Any]]:
    """Return dW and db as the notebook computed them for one sample, with every delta summed to one number.

    The last delta is the sum of softmax minus one-hot, which is 1 − 1 = 0. So all gradients are rounding errors.
    """
    dW, db = [None] * len(W), [None] * len(W)
    delta = np.sum(a[-1] - y)
    for l in range(len(W) - 1, 0, -1):
        dW[l], db[l] = a[l - 1] * delta, delta  # (n_in, 1), broadcast over all units when subtracted
        if l > 1:
            delta = np.sum((W[l] * delta).T @ (z[l - 1] > 0))  # the derivative of ReLU for every layer
    return dW, db


@dataclass(frozen=True)
class StuckTraining:
    """A run with a constant loss. losses: summed, per epoch. largest_change: of any parameter, over all epochs."""

    losses: list[float]
    largest_change: float


def epochs_with_notebook_gradients(X: AnyArray, classes: AnyArray, rng: Any) -> Iterator[tuple[float, Any, Any]]:
    """Train the notebook's network with its own gradients; yield the summed loss, W, and B after each epoch.

    X: samples in columns, (64, m). classes: (m,). rng: a Generator, for the order of the samples.
    """
    W, B = initial_weights()
    while True:
        total = 0.0
        for i in rng.permutation(X.shape[1]):
            y = np.eye(SIZES[-1])[:, [classes[i]]]  # (10, 1)
            a, z = forward(X[:, [i]], W, B)
            total -= float(np.log(a[-1][classes[i], 0]))
            dW, db = notebook_gradients(y, a, z, W)
            for l in range(1, len(W)):
                W[l] = W[l] - 0.01 * dW[l]
                B[l] = B[l] - 0.01 * db[l]
        yield total, W, B


def train_with_notebook_gradients(epochs: int = 3, seed: int = 0) -> StuckTraining:
    """Train the notebook's network with its own gradients on a random training set."""
    X, classes = standardized_digits()
    rng = np.random.default_rng(seed)
    rows = rng.permutation(len(X))[:TRAIN]
    W, B = initial_weights()
    before, losses = W[1:] + B[1:], []
    for epoch in islice(epochs_with_notebook_gradients(X[rows].T, classes[rows], rng), epochs):
        losses.append(epoch[0])
        W, B = epoch[1:]
    changes = [np.abs(after - first).max() for after, first in zip(W[1:] + B[1:], before, strict=True)]
    return StuckTraining(losses, float(max(changes)))


@dataclass(frozen=True)
class Accuracies:
    """The accuracy of the untrained network.

    correct: correct predictions among all digits. predicted: number of predictions of each class. accuracy, error_rate:
    on a test set of `test` rows.
    """

    correct: int
    digits: int
    predicted: AnyArray
    accuracy: float
    error_rate: float
    test: int
    eights: int


def untrained_accuracy() -> Accuracies:
    """Evaluate the notebook's untrained network on a test set with 71 eights."""
    X, classes = standardized_digits()
    predicted = forward(X.T, *initial_weights())[0][-1].argmax(axis=0)
    rng, test = np.random.default_rng(0), len(X) - TRAIN
    while np.count_nonzero(classes[part := rng.permutation(len(X))[:test]] == 8) != EIGHTS:
        pass
    is_correct = predicted == classes
    return Accuracies(
        int(is_correct.sum()),
        len(X),
        np.bincount(predicted, minlength=SIZES[-1]),
        float(is_correct[part].mean()),
        float((~is_correct[part]).mean()),
        test,
        EIGHTS,
    )


def loss_erratum(epochs: int = 3) -> str:
    """Return a report on the constant loss."""
    stuck = train_with_notebook_gradients(epochs)
    losses = "\n".join(f"epoch {i}: loss {loss:.6f}" for i, loss in enumerate(stuck.losses, start=1))
    return (
        f"{losses}\n"
        f"After {epochs * TRAIN} updates, no parameter has changed by more than {stuck.largest_change:.1e}.\n"
        f"{TRAIN} samples at ln 10 each are {TRAIN * np.log(10):.1f}: the loss of guessing among ten classes.\n\n"
        "Cause: the last delta is summed over the ten outputs. The outputs of softmax add up to 1, and so does a\n"
        "one-hot label. The sum is always 1 - 1 = 0, and every gradient is computed from it.\n"
        "Fix: delta is the array a[L] - y, without a sum over units."
    )


def accuracy_erratum() -> str:
    """Return a report on the accuracy of the untrained network."""
    found = untrained_accuracy()
    wrong = round(found.error_rate * found.test)
    counts = ", ".join(f"class {i} ({count} times)" for i, count in enumerate(found.predicted.tolist()) if count)
    return (
        f"Predictions of the untrained network: {counts}.\n"
        f"Accuracy on all digits: {found.correct / found.digits:.4f} ({found.correct} of {found.digits}).\n\n"
        f"On a test set of {found.test} samples with {found.eights} eights (1 in 15 random splits has as many):\n"
        f"  accuracy, mean(predicted == true)    {found.accuracy!r}\n"
        f"  error rate, mean(predicted != true)  {found.error_rate!r}   = {wrong}/{found.test}\n\n"
        "The notebook printed 0.9012517385257302 as its accuracy. That number equals this error rate. It may also\n"
        "come from an earlier version, since the code that computed it is lost.\n"
        "Fix: compare predicted with true classes, and print a baseline next to the accuracy. The baseline is the\n"
        "share of the most common class, about 0.10 here."
    )
