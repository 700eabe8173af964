"""What is drawn of a network in training: arrays for the page, as small as a picture allows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from glassnet.common.arrays import AnyArray, Array
from glassnet.maths.metrics.classification import confusion_matrix
from glassnet.network.layer import Operation
from glassnet.network.layers import Dense
from glassnet.network.passes import forward_pass
from glassnet.playground.scene import Scene
from glassnet.playground.trainer import Trainer

Arrays = dict[str, AnyArray]

SURFACE, THUMBNAIL, SMALLEST = 80, 28, 8
"""Points on a side of the decision surface, and of the picture of a unit, at most; and of both at least."""

MOST_PRODUCTS, MOST_PIXELS = 400_000_000, 600_000
"""Limits on the multiplications of a picture, and on the pixels of all units: larger networks have smaller pictures."""

MOST_EDGES = 60_000
"""Networks with more weights are drawn without edges."""

QUIET = np.errstate(over="ignore", invalid="ignore")
"""A diverged network is drawn like any other."""

BINS, MOST_COUNTED = 31, 50_000
"""Number of bins of a histogram, and of values in it: larger arrays are represented by every k-th value."""


@dataclass(frozen=True)
class DrawnLayer:
    """A layer as the page draws it: a column of units.

    name: of its dense layer. operation: the dense layer, whose W are the edges from the column before. output: number
    of the output, in those of a forward pass, that holds the units' activations.
    """

    name: str
    operation: Operation
    output: int


def drawn_layers(trainer: Trainer) -> list[DrawnLayer]:
    """Return the columns of units behind the input; the last one is the output."""
    steps = trainer.network.operations
    starts = [i for i, step in enumerate(steps) if isinstance(step.layer, Dense)]
    ends = [*starts[1:], len(steps)]
    return [DrawnLayer(steps[i].name, steps[i], end) for i, end in zip(starts, ends, strict=True)]


def _side(trainer: Trainer, most: int, pictures: int = 1) -> int:
    """Return the number of points on a side of a picture."""
    points = min(MOST_PRODUCTS / trainer.network.parameters.size, MOST_PIXELS / max(pictures, 1))
    return int(min(most, max(SMALLEST, points**0.5)))


@QUIET
def surface(trainer: Trainer, scene: Scene) -> Arrays:
    """Return the prediction at each point of a grid over the picture.

    For classes, "surface" is (size, size, 2), uint8: the predicted class, and its probability from 0 to 255. For
    numbers, it is (size, size), float32.
    """
    size = _side(trainer, SURFACE)
    output = scene.predictions(trainer.engine.predict(trainer.network, scene.inputs(scene.grid(size))))
    if not scene.is_classification:
        return {"surface": output[:, 0].reshape(size, size).astype(np.float32)}
    best = output.argmax(axis=1)
    sure = np.clip(np.nan_to_num(output.max(axis=1)), 0, 1) * 255
    return {"surface": np.column_stack([best, sure.round()]).astype(np.uint8).reshape(size, size, 2)}


@QUIET
def units(trainer: Trainer, scene: Scene) -> Arrays:
    """Return a picture of every unit.

    Over the plane, "units" are activations on a grid, (units, size, size), uint8, each from the lowest (0) to the
    highest value (255), with 128 for 0 where both signs occur. For images, they are the weights of the first layer.
    """
    if scene.domain is not None:
        hidden = drawn_layers(trainer)[:-1]
        size = _side(trainer, THUMBNAIL, sum(one.operation.p["W"].shape[1] for one in hidden))
        grid = scene.inputs(scene.grid(size))
        outputs, _ = forward_pass(trainer.network.operations, grid, False, None)
        columns = [outputs[one.output] for one in hidden]
        maps = np.hstack(columns).T if columns else np.zeros((0, size * size))  # (units, size²)
        return {"units": _shades(maps).reshape(-1, size, size)}
    if scene.train.image_shape is not None and len(scene.train.image_shape) == 2:
        W = drawn_layers(trainer)[0].operation.p["W"]  # (pixels, units)
        return {"units": _shades(W.T).reshape(-1, *scene.train.image_shape)}
    return {}


def _shades(maps: Array) -> AnyArray:
    """Return each row of values as shades from 0 to 255, (rows, values), uint8, where 0 is 128."""
    finite = np.nan_to_num(maps, posinf=0.0, neginf=0.0)
    largest = np.abs(finite).max(axis=1, keepdims=True, initial=0)
    shades: AnyArray = (128.5 + finite * (127 / np.where(largest > 1e-30, largest, 1))).astype(np.uint8)
    return shades


def edges(trainer: Trainer) -> Arrays:
    """Return W and dW of all columns, flat, float32; nothing if they are too many to draw."""
    drawn = [one.operation for one in drawn_layers(trainer)]
    if sum(one.p["W"].size for one in drawn) > MOST_EDGES:
        return {}
    return {
        "weights": np.concatenate([one.p["W"].ravel() for one in drawn]).astype(np.float32),
        "gradients": np.concatenate([one.g["W"].ravel() for one in drawn]).astype(np.float32),
        "biases": np.concatenate([one.p["b"].ravel() for one in drawn]).astype(np.float32),
    }


@QUIET
def histograms(trainer: Trainer) -> Arrays:
    """Return histograms of W per column, counts (columns, BINS), with ends (columns, 2), and the norms of dW."""
    drawn = [one.operation for one in drawn_layers(trainer)]
    counts, ends = zip(*map(_histogram, (one.p["W"] for one in drawn)), strict=True)
    flat = [one.g["W"].ravel() for one in drawn]
    norms = [float(np.sqrt(np.dot(g, g) / g.size)) for g in flat]
    return {
        "histograms": np.array(counts, np.int32),
        "ends": np.array(ends, np.float32),
        "gradient_norms": np.nan_to_num(np.array(norms, np.float32)),
    }


def _histogram(values: Array) -> tuple[AnyArray, tuple[float, float]]:
    some = values.ravel()[:: -(-values.size // MOST_COUNTED)]
    finite = some[np.isfinite(some)]
    side = float(np.abs(finite).max()) if finite.size else 0.0
    side = side or 1.0
    return np.histogram(finite, BINS, (-side, side))[0], (-side, side)


def confusion(trainer: Trainer) -> Arrays:
    """Return the confusion matrix of the test rows, or of the training rows without any, (K, K), int32."""
    if not trainer.scene.is_classification:
        return {}
    X, Y = (trainer.X_test, trainer.Y_test) if len(trainer.X_test) else (trainer.X, trainer.Y)
    predicted = trainer.engine.predict(trainer.network, X).argmax(axis=1)
    return {"confusion": confusion_matrix(Y, predicted, trainer.scene.train.n_classes).counts.astype(np.int32)}


def points(scene: Scene) -> Iterator[tuple[str, AnyArray]]:
    """Yield the arrays of the rows, training rows first: "X", "y", and "is_test"."""
    X = np.concatenate([np.asarray(scene.train.X), np.asarray(scene.test.X)])
    yield "X", X.astype(np.float32)
    yield "y", np.concatenate([scene.train.y, scene.test.y]).astype(np.float32)
    yield "is_test", np.r_[np.zeros(len(scene.train)), np.ones(len(scene.test))].astype(np.uint8)
