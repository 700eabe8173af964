"""What a playground shows, as plain data: a link, a file, and the page itself hold it as JSON."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from glassnet.common import checks, specs
from glassnet.common.specs import spec_dict
from glassnet.network.layers import Dense, layer
from glassnet.training.options import TrainingOptions

KINDS = ("moons", "circles", "spirals", "blobs", "above", "surface", "digits", "points", "own")
"""Kinds of data: four patterns, points above a formula of x, a formula of x and y to predict, digits, painted, own."""

MOST_ROWS, MOST_POINTS, MOST_CLASSES = 5_000, 5_000, 10
MOST_UNITS, MOST_LAYERS = 1_024, 12

CHANGEABLE = (
    *("loss", "optimizer", "schedule", "batch_size", "shuffle", "l1", "l2", "weight_decay"),
    *("clip_norm", "clip_value"),
)
"""Training options of the playground; the others are for runs that end."""

LAYERS = ("dense", "activation", "dropout", "batchnorm", "layernorm")
"""Kinds of layers that the playground can draw."""

LARGEST_SEED, LARGEST_COORDINATE = 2**32, 1_000.0

Point = tuple[float, float, float]
"""x, y, and the class of a painted point, from 0."""


@dataclass(frozen=True)
class DataChoice:
    """Which data.

    Parameters
    ----------
    kind : str
        One of `KINDS`.
    rows : int
        Number of points.
    noise : float
        Strength of the noise, 0 to 1.
    test_share : float
        Share of the test rows.
    seed : int
        Seed of the noise and of the split.
    formula : str
        The line of "above", a formula of x, or the surface of "surface", one of x and y.
    points : tuple of (x, y, class)
        Painted points, in units of the picture, −1 to 1.
    columns : tuple of str
        Columns of own data, two for a picture of the plane; empty for all numeric ones.
    components : bool
        Whether these columns become their first two principal components.
    """

    kind: str = "spirals"
    rows: int = 500
    noise: float = 0.1
    test_share: float = 0.3
    seed: int = 0
    formula: str = "sin(3 * x) / 2"
    points: tuple[Point, ...] = ()
    columns: tuple[str, ...] = ()
    components: bool = False

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise specs.unknown("kind of data", self.kind, KINDS)
        checks.whole_number("rows", self.rows, at_least=10)
        if self.rows > MOST_ROWS:
            raise ValueError(f"rows must be at most {MOST_ROWS:,}, got {self.rows:,}")
        checks.number("noise", self.noise, at_least=0, at_most=1)
        checks.number("test_share", self.test_share, at_least=0, below=1)
        _check_seed(self.seed)
        if not isinstance(self.formula, str):
            raise TypeError(f"formula must be text, got {type(self.formula).__name__}")
        if not isinstance(self.components, bool):
            raise TypeError(f"components must be true or false, got {self.components!r}")
        if len(self.points) > MOST_POINTS:
            raise ValueError(f"there can be at most {MOST_POINTS:,} painted points, got {len(self.points):,}")


@dataclass(frozen=True)
class State:
    """Everything that determines what the playground computes.

    data: which data. layers: specs of the hidden layers, as in a recipe. training: training options by name, those in
    `CHANGEABLE`. seed: of the initial weights and of the order of the rows.

    >>> State.from_json({"data": {"kind": "moons"}}).data.rows
    500
    """

    data: DataChoice = field(default_factory=DataChoice)
    layers: tuple[Mapping[str, Any], ...] = (
        {"name": "dense", "units": 8, "activation": "tanh"},
        {"name": "dense", "units": 8, "activation": "tanh"},
    )
    training: Mapping[str, Any] = field(default_factory=lambda: {"optimizer": "adam"})
    seed: int = 0

    def __post_init__(self) -> None:
        dense = [one for one in map(layer, self.layers) if isinstance(one, Dense)]
        if len(dense) > MOST_LAYERS or len(self.layers) > 3 * MOST_LAYERS:
            raise ValueError(f"the playground shows at most {MOST_LAYERS} hidden layers")
        for one in dense:
            if one.units > MOST_UNITS:
                raise ValueError(f"a layer of the playground has at most {MOST_UNITS:,} units, got {one.units:,}")
        for spec in self.layers:
            if spec["name"] not in LAYERS:
                raise specs.unknown("layer of the playground", spec["name"], LAYERS)
        for name in self.training:
            if name not in CHANGEABLE:
                raise specs.unknown("option", name, CHANGEABLE)
        _check_seed(self.seed)
        self.options()

    def options(self) -> TrainingOptions:
        """Return the training options."""
        return TrainingOptions(**self.training)  # which checks them

    def changed(self, changes: Mapping[str, Any]) -> State:
        """Return the state with some parts replaced; those of `data` and `training` one by one.

        A training option of None is the default.
        """
        plain = self.to_json()
        for name, value in changes.items():
            if name in ("data", "training") and isinstance(value, Mapping):
                plain[name] = {**plain[name], **value}
            else:
                plain[name] = value
        training = _dict("training", plain["training"])
        plain["training"] = {name: value for name, value in training.items() if value is not None}
        return State.from_json(plain)

    def to_json(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "data": dataclasses.asdict(self.data),
            "layers": [dict(one) for one in self.layers],
            "training": dict(self.training),
            "seed": self.seed,
        }

    @classmethod
    def from_json(cls, plain: Any) -> State:
        """Return the state of plain data; what is missing is the default.

        Raises ValueError or TypeError for what cannot be shown.
        """
        given = _known("state", plain, [one.name for one in dataclasses.fields(cls)])
        data = _known("data", given.pop("data", {}), [one.name for one in dataclasses.fields(DataChoice)])
        if "points" in data:
            data["points"] = tuple(map(_point, _list("points", data["points"])))
        if "columns" in data:
            data["columns"] = tuple(map(str, _list("columns", data["columns"])))
        if "training" in given:
            given["training"] = _dict("training", given["training"])
        if "layers" in given:
            given["layers"] = tuple(map(spec_dict, _list("layers", given["layers"])))
        return cls(data=DataChoice(**data), **given)


def _known(what: str, plain: Any, names: list[str]) -> dict[str, Any]:
    """Return a copy of a dict whose keys are all known."""
    given = _dict(what, plain)
    for name in given:
        if name not in names:
            raise specs.unknown(f"key of {what}", name, names)
    return given


def _dict(what: str, plain: Any) -> dict[str, Any]:
    if not isinstance(plain, Mapping):
        raise TypeError(f"{what} must be a dict, got {type(plain).__name__}")
    return dict(plain)


def _list(what: str, plain: Any) -> list[Any]:
    if not isinstance(plain, list | tuple):
        raise TypeError(f"{what} must be a list, got {type(plain).__name__}")
    return list(plain)


def _point(plain: Any) -> Point:
    if not (isinstance(plain, list | tuple) and len(plain) == 3):
        raise ValueError(f"a point is a list of x, y, and its class, got {plain!r}")
    limits = {"at_least": -LARGEST_COORDINATE, "at_most": LARGEST_COORDINATE}
    x, y = (checks.number("a point's coordinate", one, **limits) for one in plain[:2])
    if plain[2] not in range(MOST_CLASSES):
        raise ValueError(f"a point's class is a whole number from 0 to {MOST_CLASSES - 1}, got {plain[2]!r}")
    return x, y, float(plain[2])


def _check_seed(seed: Any) -> None:
    if checks.whole_number("seed", seed, at_least=0) > LARGEST_SEED:
        raise ValueError(f"seed must be at most {LARGEST_SEED:,}, got {seed}")
