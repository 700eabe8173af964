"""What a playground shows, as plain data: a link, a file, and the page itself hold it as JSON."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from glassnet.common import checks, specs
from glassnet.common.specs import spec_dict
from glassnet.network.layers import layer
from glassnet.training.options import TrainingOptions

KINDS = ("moons", "circles", "spirals", "blobs", "above", "surface", "digits", "points", "own")
"""Kinds of data: four patterns, y above a formula of x, a formula of x and y to predict, digits, painted points, own."""

MOST_ROWS, MOST_POINTS, MOST_CLASSES = 5_000, 5_000, 10
MOST_UNITS, MOST_LAYERS = 512, 12

CHANGEABLE = (
    *("loss", "optimizer", "schedule", "batch_size", "shuffle", "l1", "l2", "weight_decay"),
    *("clip_norm", "clip_value"),
)
"""Training options of the playground; the others are for runs that end."""

Point = tuple[float, float, float]
"""x, y, and the class of a painted point, or its number."""


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
        checks.number("noise", self.noise, at_least=0)
        checks.number("test_share", self.test_share, at_least=0, below=1)
        checks.whole_number("seed", self.seed, at_least=0)
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
        if len(self.layers) > 3 * MOST_LAYERS:
            raise ValueError(f"the playground shows at most {MOST_LAYERS} hidden layers")
        for one in self.layers:
            layer(one)
            units = spec_dict(one).get("units", 1)
            if units > MOST_UNITS:
                raise ValueError(f"a layer of the playground has at most {MOST_UNITS} units, got {units:,}")
        for name in self.training:
            if name not in CHANGEABLE:
                raise specs.unknown("option", name, CHANGEABLE)
        checks.whole_number("seed", self.seed, at_least=0)
        self.options()

    def options(self) -> TrainingOptions:
        """Return the training options."""
        return TrainingOptions(**self.training)

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
        plain["training"] = {name: value for name, value in plain["training"].items() if value is not None}
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
        if "layers" in given:
            given["layers"] = tuple(map(spec_dict, _list("layers", given["layers"])))
        return cls(data=DataChoice(**data), **given)


def _known(what: str, plain: Any, names: list[str]) -> dict[str, Any]:
    """Return a copy of a dict whose keys are all known."""
    if not isinstance(plain, Mapping):
        raise TypeError(f"{what} must be a dict, got {type(plain).__name__}")
    for name in plain:
        if name not in names:
            raise specs.unknown(f"key of {what}", name, names)
    return dict(plain)


def _list(what: str, plain: Any) -> list[Any]:
    if not isinstance(plain, list | tuple):
        raise TypeError(f"{what} must be a list, got {type(plain).__name__}")
    return list(plain)


def _point(plain: Any) -> Point:
    if not (isinstance(plain, list | tuple) and len(plain) == 3):
        raise ValueError(f"a point is a list of x, y, and its class, got {plain!r}")
    x, y, value = (float(checks.number("a point's coordinate", one)) for one in plain)
    return x, y, value
