"""The data of a playground: points of the plane, images, or own rows, split and scaled for the network."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np

from glassnet.common.arrays import AnyArray, Array, IntArray
from glassnet.data import synthetic
from glassnet.data.dataset import Dataset
from glassnet.data.scaling import Divide, Preprocessing, Standardize
from glassnet.data.sources import load
from glassnet.data.tables.table import Table
from glassnet.data.target_scale import TargetScale
from glassnet.playground.formula import Formula
from glassnet.playground.own import Own
from glassnet.playground.state import DataChoice

MARGIN = 0.1
"""Share of the range of the points that the picture is wider on each side."""

LARGEST_VALUE = 1e6
"""Limit on the size of a formula's values, which a network predicts as they are."""

HALF_WIDTH = 1.0
"""Formulas and painted points lie between −1 and 1 on both axes."""

Domain = tuple[tuple[float, float], tuple[float, float]]


@dataclass(frozen=True, eq=False)
class Scene:
    """Data as the playground shows it.

    train, test: rows in their own units. scale: the network's preprocessing, fitted on the training rows. domain: range
    of both axes of the picture, or None if a row is not a point of the plane. target_scale: the scale of own numeric
    targets, or None.
    """

    train: Dataset
    test: Dataset
    scale: Preprocessing
    domain: Domain | None
    target_scale: TargetScale | None = None

    @property
    def is_classification(self) -> bool:
        """Whether targets are classes."""
        return self.train.class_names is not None

    def grid(self, size: int) -> Array:
        """Return the points of a square grid over the picture, (size², 2), row by row from the lower left."""
        assert self.domain is not None
        x, y = (np.linspace(low, high, size) for low, high in self.domain)
        return np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)

    def inputs(self, X: Array) -> Array:
        """Return rows as the network gets them, float32."""
        return self.scale.transform(X).astype(np.float32)

    def targets(self, y: AnyArray) -> AnyArray:
        """Return targets, (n,), as the network is trained on them."""
        return y if self.target_scale is None or not len(y) else self.target_scale.transform(y)

    def predictions(self, output: Array) -> Array:
        """Return outputs of the network, (n, outputs), in the units of the target."""
        return output if self.target_scale is None else self.target_scale.inverse_transform(output)


def scene_of(choice: DataChoice, own: Own | None = None) -> Scene:
    """Return the data of a choice.

    own: the data of the kind "own". Raises ValueError if the choice cannot be shown.
    """
    if choice.kind == "own":
        if own is None:
            raise ValueError("there is no data of your own; start the playground with it: glassnet playground FILE")
        return _own_scene(choice, own)
    data = _data_of(choice)
    train, test = _split(choice, data)
    scale = (Divide(float(data.X.max())) if data.image_shape is not None else Standardize()).fit(train.X)
    return Scene(train, test, scale, _domain_of(choice, data))


def _split(choice: DataChoice, data: Dataset) -> tuple[Dataset, Dataset]:
    """Return training and test rows."""
    if len(data) < 2:
        raise ValueError(f"the playground needs at least 2 points, got {len(data)}")
    rest = () if choice.test_share == 0 else (choice.test_share,)
    train, *others = data.split(1 - choice.test_share, *rest, seed=choice.seed)
    if not len(train):
        raise ValueError("no point is left to train on; lower the share of test rows")
    return train, others[0] if others else data.take([])


def _data_of(choice: DataChoice) -> Dataset:
    n, noise, seed = choice.rows, choice.noise, choice.seed
    match choice.kind:
        case "moons" | "circles" | "spirals" | "blobs":
            make = getattr(synthetic, choice.kind)
            return make(n, noise * SPREADS[choice.kind], seed)
        case "above":
            return _above(Formula(choice.formula, ("x",)), n, noise, seed)
        case "surface":
            return _surface(Formula(choice.formula, ("x", "y")), n, noise, seed)
        case "points":
            return _painted(choice)
        case "digits":
            return load("digits").take(np.random.default_rng(seed).permutation(1797)[:n])
    raise AssertionError(f"unchecked {choice.kind}")


SPREADS = {"moons": 0.5, "circles": 0.5, "spirals": 0.2, "blobs": 3.0}
"""Standard deviation of each pattern's noise at the strength 1."""


def _square(n: int, seed: int) -> tuple[Array, np.random.Generator]:
    """Return random points of the square, (n, 2)."""
    rng = np.random.default_rng(seed)
    return rng.uniform(-HALF_WIDTH, HALF_WIDTH, (n, 2)), rng


def _above(line: Formula, n: int, noise: float, seed: int) -> Dataset:
    """Points above and below a line; noise moves the points after their class is known."""
    points, rng = _square(n, seed)
    y = (points[:, 1] > line(x=points[:, 0])).astype(np.int64)
    points += 0.3 * noise * rng.standard_normal(points.shape)
    return Dataset(points.astype(np.float32), y, ("below", "above"), feature_names=("x", "y"), name="above")


def _surface(height: Formula, n: int, noise: float, seed: int) -> Dataset:
    """Points with the value of a formula, to which noise is added in units of its spread."""
    points, rng = _square(n, seed)
    values = height(x=points[:, 0], y=points[:, 1])
    if (largest := float(np.abs(values).max())) > LARGEST_VALUE:
        raise ValueError(f"the formula reaches {largest:.3g}; its values must be at most {LARGEST_VALUE:g} in size")
    values = values + noise * values.std() * rng.standard_normal(n)
    return Dataset(points.astype(np.float32), values, feature_names=("x", "y"), name="surface")


def _painted(choice: DataChoice) -> Dataset:
    if not choice.points:
        raise ValueError("there is no point yet; paint some in at least two classes")
    X, y, names = painted_rows(choice)
    if len(names) < 2:
        raise ValueError("all points are of one class; paint some of another one")
    return Dataset(X, y, names, feature_names=("x", "y"), name="points")


def painted_rows(choice: DataChoice) -> tuple[Array, IntArray, tuple[str, ...]]:
    """Return the painted points, (n, 2), float32, their class indices, (n,), and the names of the classes."""
    rows = np.array(choice.points, np.float64)  # (n, 3)
    painted, y = np.unique(rows[:, 2].astype(np.int64), return_inverse=True)
    return rows[:, :2].astype(np.float32), y, tuple(f"class {one + 1}" for one in painted)


def _own_scene(choice: DataChoice, own: Own) -> Scene:
    """Own rows: all their numbers, two of their columns, or their first two principal components."""
    data = _columns(choice, own.data)
    if own.train_rows is None:
        train, test = _split(choice, data)
    else:
        rows = np.arange(len(data))
        train, test = data.take(rows[: own.train_rows]), data.take(rows[own.train_rows :])
    if train.y.ndim > 1:
        raise ValueError(f"the playground shows one target, but the data have {train.y.shape[1]}")
    if own.scale is not None and not choice.columns and not choice.components:
        scale = own.scale
    elif train.image_shape is not None:
        scale = Divide(float(max(train.X.max(), 1))).fit(train.X)
    else:
        scale = Standardize().fit(train.X)
    target_scale = TargetScale().fit(train.y) if train.class_names is None else None
    return Scene(train, test, scale, _domain_of(choice, data), target_scale)


def _columns(choice: DataChoice, data: Dataset) -> Dataset:
    """Return own rows with the columns that were chosen, float32."""
    if data.image_shape is not None:
        return data
    X, names = _numbers(data)
    if choice.columns:
        for name in choice.columns:
            if name not in names:
                raise ValueError(f"column {name!r} is not numeric or does not exist; choose from: {', '.join(names)}")
        X, names = X[:, [names.index(name) for name in choice.columns]], choice.columns
    if choice.components:
        X, names = _principal_components(X), ("component 1", "component 2")
    return dataclasses.replace(data, X=X.astype(np.float32), feature_names=names)


def _numbers(data: Dataset) -> tuple[Array, tuple[str, ...]]:
    """Return the numeric columns, (n, columns), missing values as the mean of their column, and their names."""
    if isinstance(data.X, Table):
        columns = {name: np.asarray(data.X[name]) for name in data.X.columns}
        columns = {name: values.astype(np.float64) for name, values in columns.items() if values.dtype.kind in "fiub"}
        if not columns:
            raise ValueError("the table has no numeric column")
        X, names = np.column_stack(list(columns.values())), tuple(columns)
    else:
        X = np.asarray(data.X, np.float64)
        names = data.feature_names or tuple(f"column {j}" for j in range(X.shape[1]))
    mean = np.nan_to_num(np.nanmean(X, axis=0)) if np.isnan(X).any() else 0.0
    return np.where(np.isnan(X), mean, X), names


def numeric_columns(data: Dataset) -> tuple[str, ...]:
    """Return the names of the columns of own data that can be chosen."""
    return () if data.image_shape is not None else _numbers(data)[1]


def _principal_components(X: Array) -> Array:
    """Return the first two principal components of standardized columns, (n, 2)."""
    if X.shape[1] < 2:
        raise ValueError("principal components need at least two numeric columns")
    centered = Standardize().fit(X).transform(X).astype(np.float64)
    _, _, directions = np.linalg.svd(centered, full_matrices=False)
    return centered @ directions[:2].T


def _domain_of(choice: DataChoice, data: Dataset) -> Domain | None:
    if data.image_shape is not None or data.features != 2:
        return None
    if choice.kind in ("above", "surface", "points"):
        side = HALF_WIDTH * (1 + MARGIN)
        return (-side, side), (-side, side)
    low, high = data.X.min(axis=0), data.X.max(axis=0)
    margin = MARGIN * np.maximum(high - low, 1e-6)
    (x_low, y_low), (x_high, y_high) = (low - margin).tolist(), (high + margin).tolist()
    return (x_low, x_high), (y_low, y_high)
