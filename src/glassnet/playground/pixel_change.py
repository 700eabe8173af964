"""A small change of few pixels that makes the network predict another class, by projected gradient ascent.

The margin z[target] − max(z[others]) is increased step by step. After each step, all changes but the k largest are set
to 0 (hard thresholding), and values are clipped to their range. This is done for several k at once; the smallest k that
succeeds counts. If none does, the changed row is the nearest training row that the network predicts as the target.
Then the changes are undone, pixel by pixel and as a whole, as far as the prediction stays.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from glassnet.common.arrays import Array
from glassnet.network.layers import Activation
from glassnet.network.network import Network
from glassnet.network.passes import backward_pass, forward_pass
from glassnet.playground.trainer import Trainer

STEPS, MORE_STEPS = 60, 10
"""Number of gradient steps at most, and of those after the first success, in which fewer pixels may still succeed."""

STRIDE = 0.15
"""Length of the first steps, as a share of the range of the pixel that changes most; later steps are shorter."""

SHARES = (1, 2, 3, 4, 5, 6, 8, 10, 13, 17, 23, 32, 48)
"""Numbers of pixels that may change, for images of 64 pixels; larger images have proportionally more."""

WAYS = 24
"""Number of points between the image and the changed one at which the prediction is computed."""


@dataclass(frozen=True, eq=False)
class PixelChange:
    """A changed row that the network predicts as another class.

    row: in its own units, (features,). output: the network's probabilities for it, (classes,). pixels: number of
    changed values.
    """

    row: Array
    output: Array
    pixels: int


def smallest_change(trainer: Trainer, row: Array, target: int) -> PixelChange | None:
    """Return a small change of few pixels that makes the network predict `target`, or None if none was found.

    It is a local search, so an even smaller change may exist. row: in its own units, (features,).
    """
    X = np.asarray(trainer.scene.train.X)
    low, high = float(X.min()), float(X.max())
    start = np.clip(row, low, high).astype(np.float64)
    counts = np.unique([min(row.size, max(1, round(k * row.size / 64))) for k in SHARES])
    for x in itertools.chain(_changed(trainer, start, target, counts, low, high), _nearest(trainer, start, target)):
        sparse = _with_fewer(trainer, start, x, target)
        x = _shorter(trainer, start, sparse, target).astype(np.float32)
        output = _outputs(trainer, x[None])[0]
        if output.argmax() == target:  # of the compiled engine, which the page's predictions come from
            return PixelChange(x, output, int(np.count_nonzero(x != row)))
    return None


def _changed(trainer: Trainer, start: Array, target: int, counts: Array, low: float, high: float) -> list[Array]:
    """Return the changed rows that are predicted as `target`, those with the fewest changes first."""
    x = np.repeat(start[None], len(counts), axis=0)  # (k, features)
    found: dict[int, Array] = {}
    # A copy: the gradients of the network itself are those of the last batch, which the page shows.
    network = trainer.network.copy()
    steps = STEPS
    for step in range(STEPS):
        gradient = _gradient(trainer, network, x, target)  # (k, features)
        free = np.where(gradient > 0, x < high, x > low)
        gradient = np.where(free, gradient, 0)
        largest = np.abs(gradient).max(axis=1, keepdims=True)
        stride = STRIDE * (high - low) * (1 - step / STEPS) ** 0.5
        moved = np.clip(x + stride * gradient / np.where(largest > 0, largest, 1), low, high)
        x = start + _largest(moved - start, counts)
        for i in np.flatnonzero(_outputs(trainer, x).argmax(axis=1) == target):
            found.setdefault(int(i), x[i].copy())
        if found:
            steps = min(steps, step + MORE_STEPS)
        if 0 in found or step >= steps:
            break
    return [found[i] for i in sorted(found)]


def _nearest(trainer: Trainer, start: Array, target: int) -> Iterator[Array]:
    """Yield the nearest training row that the network predicts as `target`, if there is one."""
    X = np.asarray(trainer.scene.train.X, np.float64)
    rows = X[trainer.engine.predict(trainer.network, trainer.X).argmax(axis=1) == target]
    if len(rows):
        yield rows[((rows - start) ** 2).sum(axis=1).argmin()]


def _largest(changes: Array, counts: Array) -> Array:
    """Return rows in which only the largest values are kept, as many as `counts` says of each."""
    places = np.argsort(np.argsort(-np.abs(changes), axis=1, kind="stable"), axis=1)
    return np.where(places < counts[:, None], changes, 0)


def _with_fewer(trainer: Trainer, start: Array, x: Array, target: int) -> Array:
    """Return a changed row without the changes that are not needed, the smallest ones first."""
    order = np.argsort(np.abs(x - start), kind="stable")
    for pixel in order[np.abs(x - start)[order] > 0]:
        without = x.copy()
        without[pixel] = start[pixel]
        if _outputs(trainer, without[None])[0].argmax() == target:
            x = without
    return x


def _shorter(trainer: Trainer, start: Array, x: Array, target: int) -> Array:
    """Return the point nearest to the start, on the way to x, from which on all are predicted as `target`."""
    ways = np.linspace(0, 1, WAYS + 1)[1:, None]
    points = start + ways * (x - start)
    others = np.flatnonzero(_outputs(trainer, points).argmax(axis=1) != target)
    return np.asarray(points[min(others[-1] + 1, WAYS - 1) if len(others) else 0])


def _outputs(trainer: Trainer, rows: Array) -> Array:
    """Return the probabilities for rows in their own units, (n, classes)."""
    return trainer.engine.predict(trainer.network, trainer.scene.inputs(rows))


def _gradient(trainer: Trainer, network: Network, rows: Array, target: int) -> Array:
    """Return the gradient of the margin with respect to rows in their own units, (n, features).

    network: a copy of the trainer's.
    """
    steps = network.operations
    outputs, caches = forward_pass(steps, trainer.scene.inputs(rows), False, None)
    last = len(steps) - (2 if isinstance(steps[-1].layer, Activation) else 1)
    z = outputs[last + 1]  # (n, classes)
    others = z.copy()
    others[:, target] = -np.inf
    slope = np.zeros_like(z)
    slope[:, target] = 1
    slope[np.arange(len(z)), others.argmax(axis=1)] -= 1
    *_, (_, _, dx) = backward_pass(steps, caches, slope, last, -1)
    assert dx is not None
    return dx * _scale_slopes(trainer, rows.shape[1])


def _scale_slopes(trainer: Trainer, features: int) -> Array:
    """Return how much each input of the network changes per unit of the row, (features,); scales are linear."""
    ends = trainer.scene.inputs(np.vstack([np.zeros(features), np.ones(features)]))
    return np.asarray(ends[1] - ends[0], np.float64)
