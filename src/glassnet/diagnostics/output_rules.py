"""Rules about the outputs of a training loop beside its targets and its loss: mistakes in code."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from glassnet.common.arrays import AnyArray, Array
from glassnet.diagnostics.findings import Finding

FEWEST = 3
"""Minimum number of steps that must show a mistake."""

CLOSE, APART = 1e-4, 3e-4
"""A loss is that of a mistake if it is CLOSE to it, relatively, and APART from the right one: both are the same where
outputs are all the same."""


@dataclass(frozen=True)
class OutputStats:
    """What was seen of the outputs in one step.

    outputs, targets: their shapes. is_broadcast: whether the loss is the mean over all pairs of an output and a target.
    is_softmax_of_softmax: whether outputs are probabilities, and the loss is that of their softmax. predicted: the
    class of all rows, None if there are several, or none. classes: number of classes among the targets. summed: over
    how many rows the loss is a sum; 0 if it is a mean, or something else.
    """

    outputs: tuple[int, ...]
    targets: tuple[int, ...]
    is_broadcast: bool = False
    is_softmax_of_softmax: bool = False
    predicted: int | None = None
    classes: int = 0
    summed: int = 0


def output_stats(outputs: AnyArray, targets: AnyArray, loss: float | None) -> OutputStats:
    """Return what the rules need. outputs: (n,), (n, 1), or (n, K); targets: (n,), (n, 1), or one-hot (n, K)."""
    shapes = outputs.shape, targets.shape
    if not outputs.size or not targets.size or outputs.dtype.kind not in "fiub" or targets.dtype.kind not in "fiub":
        return OutputStats(*shapes)
    a = outputs.astype(np.float64)
    if a.ndim == 2 and a.shape[1] > 1 and len(targets) == len(a):
        if not np.isfinite(targets).all() or (
            targets.ndim == 1 and not 0 <= targets.min() <= targets.max() < a.shape[1]
        ):
            return OutputStats(*shapes)
        y = targets.argmax(axis=1) if targets.ndim == 2 else targets.astype(np.int64)
        predicted = a.argmax(axis=1)
        same = int(predicted[0]) if (predicted == predicted[0]).all() else None
        twice, summed = _is_softmax_of_softmax(a, y, loss), _summed_rows(a, y, loss)
        return OutputStats(*shapes, False, twice, same, len(np.unique(y)), summed)
    numbers = targets.astype(np.float64)
    return OutputStats(*shapes, _is_broadcast(a, numbers, loss), _is_sigmoid_of_sigmoid(a, numbers, loss))


def _is_softmax_of_softmax(a: Array, y: AnyArray, loss: float | None) -> bool:
    if loss is None or (a < 0).any() or not np.allclose(a.sum(axis=1), 1, atol=1e-3):
        return False
    again, rows = np.exp(a) / np.exp(a).sum(axis=1, keepdims=True), np.arange(len(y))
    with np.errstate(divide="ignore"):
        once, twice = (-float(np.log(p[rows, y]).mean()) for p in (a, again))
    return _is_that_of(loss, twice, once)


def _summed_rows(a: Array, y: AnyArray, loss: float | None) -> int:
    """Return the number of rows if the loss is the sum of their cross entropies, of logits or probabilities; else 0."""
    rows = np.arange(len(y))
    with np.errstate(all="ignore"):
        of_logits = np.log(np.exp(a - a.max(axis=1, keepdims=True)).sum(axis=1)) + a.max(axis=1) - a[rows, y]
        of_probabilities = -np.log(a[rows, y])
    totals = (float(of_logits.sum()), float(of_probabilities.sum()))
    is_sum = loss is not None and len(y) > 1 and any(_is_that_of(loss, one, one / len(y)) for one in totals)
    return len(y) if is_sum else 0


def _is_sigmoid_of_sigmoid(a: Array, y: Array, loss: float | None) -> bool:
    """Return whether outputs are probabilities, and the loss is the binary cross entropy of their sigmoid."""
    if loss is None or a.shape != y.shape or not ((a >= 0) & (a <= 1) & (y >= 0) & (y <= 1)).all():
        return False
    with np.errstate(all="ignore"):
        once = -float(np.mean(y * np.log(a) + (1 - y) * np.log1p(-a)))
    return _is_that_of(loss, float(np.mean(np.logaddexp(0, a) - y * a)), once)


def _is_broadcast(a: Array, y: Array, loss: float | None) -> bool:
    """Return whether one of a, y is (n, 1), the other (n,), and the loss is the mean over all n × n differences."""
    if loss is None or {a.ndim, y.ndim} != {1, 2} or a.size != y.size or a.size < 2:
        return False
    pairs = a.reshape(-1, 1) - y.reshape(1, -1)
    both = (pairs**2, np.abs(pairs))
    return any(_is_that_of(loss, float(part.mean()), float(np.diag(part).mean())) for part in both)


def _is_that_of(loss: float, mistake: float, right: float) -> bool:
    return math.isclose(loss, mistake, rel_tol=CLOSE) and not math.isclose(loss, right, rel_tol=APART)


def diagnose_outputs(stats: Sequence[OutputStats]) -> Iterator[Finding]:
    """Yield the findings about the outputs of the steps that were examined."""
    if not stats:
        return
    enough = max(FEWEST, len(stats) // 3)
    if sum(one.is_broadcast for one in stats) >= enough:
        yield Finding(
            "broadcast loss",
            "error",
            "loss",
            f"Outputs {stats[0].outputs} and targets {stats[0].targets} are broadcast to "
            f"{(stats[0].outputs[0],) * 2}: the loss is the mean over all pairs of an output and a target.",
            "The network learns the mean of the targets. Give both the same shape: outputs[:, 0] or targets[:, None].",
        )
    if sum(one.is_softmax_of_softmax for one in stats) >= enough:
        # By softmax, a probability of 1 becomes e / (e + K - 1).
        limit, name = f"{math.log(1 + (stats[0].outputs[-1] - 1) / math.e):.2f}", "softmax"
        if math.prod(stats[0].outputs[1:]) == 1:
            limit, name = (
                f"{math.log1p(1 / math.e):.2f} for rows of class 1, and {math.log(2):.2f} for others",
                "sigmoid",
            )
        yield Finding(
            "softmax twice",
            "error",
            "outputs",
            f"The outputs are probabilities, and the loss applies {name} to them again: it cannot fall below {limit}.",
            f"Pass logits to the loss, without {name} before it, as PyTorch's losses expect them.",
        )
    later = stats[len(stats) // 2 :]
    constant = {one.predicted for one in later}
    if len(later) >= 5 and len(constant) == 1 and None not in constant and max(one.classes for one in later) > 1:
        yield Finding(
            "constant prediction",
            "warning",
            "outputs",
            f"Every row of the last {len(later)} steps that were examined is predicted as class {constant.pop()}.",
            "Do the outputs depend on the inputs? Look for inputs that are all the same, dead units, or a learning "
            "rate that is too high.",
        )
