"""The search space: for each setting of a recipe a range of numbers, or a list of choices.

A recipe defines it in its table [search]:

    learning_rate = { low = 0.0005, high = 0.03, log = true }     # log: uniform on a log scale
    units = { low = 16, high = 256, log = true }                  # per hidden layer
    activation = ["relu", "tanh"]
    optimizer = ["adamw", { name = "sgd", momentum = 0.9 }]
    dropout = 0.2                                                 # a fixed value
    label_smoothing = "keep"                                      # the recipe's own value

Other settings get ranges that suit the size of the data, see `space_for`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from glassnet.common import checks, specs
from glassnet.maths import activations, optimizers, schedules

KEEP = "keep"
"""The value for a setting that is not searched."""


@dataclass(frozen=True)
class Range:
    """The numbers from low to high, both included; log: sampled on a log scale; whole: integers only."""

    low: float
    high: float
    log: bool = False
    whole: bool = False

    def to_spec(self) -> dict[str, Any]:
        """Return the range as in [search]."""
        return {"low": self.low, "high": self.high} | ({"log": True} if self.log else {})


@dataclass(frozen=True)
class Choice:
    """A list of choices: names, names with options, or numbers."""

    options: tuple[Any, ...]

    def to_spec(self) -> list[Any]:
        """Return the choices as in [search]."""
        return list(self.options)


Space = Mapping[str, Range | Choice]
"""The ranges and choices by setting."""


def _normalization(choice: Any) -> Any:
    if choice not in NORMALIZATIONS:
        raise specs.unknown("normalization", choice, NORMALIZATIONS)
    return choice


def _optimizer(choice: Any) -> Any:
    if isinstance(optimizers.optimizer(choice), optimizers.LBFGS):
        raise ValueError("lbfgs cannot be searched: it reports nothing before it ends, so trials cannot be pruned")
    return choice


NORMALIZATIONS = ("none", "batchnorm", "layernorm")


@dataclass(frozen=True)
class Hyperparameter:
    """A setting that can be searched: a number with its bounds (`whole`: integers), or a name that `find` resolves."""

    find: Callable[[Any], Any] | None = None
    whole: bool = False
    at_least: float = 0
    above: float | None = None
    below: float | None = None

    def check(self, name: str, value: Any) -> Any:
        """Return a value if it is valid; raises ValueError or TypeError otherwise."""
        if self.find is not None:
            self.find(value)
            return value
        if self.whole:
            return checks.whole_number(name, value, at_least=int(self.at_least))
        if self.above is not None:
            return checks.number(name, value, above=self.above, below=self.below)
        return checks.number(name, value, at_least=self.at_least, below=self.below)


SETTINGS: dict[str, Hyperparameter] = {
    "hidden_layers": Hyperparameter(whole=True),
    "units": Hyperparameter(whole=True, at_least=1),
    "activation": Hyperparameter(activations.activation),
    "normalization": Hyperparameter(_normalization),
    "dropout": Hyperparameter(below=1),
    "optimizer": Hyperparameter(_optimizer),
    "learning_rate": Hyperparameter(above=0),
    "schedule": Hyperparameter(schedules.schedule),
    "batch_size": Hyperparameter(whole=True, at_least=1),
    "epochs": Hyperparameter(whole=True, at_least=1),
    "weight_decay": Hyperparameter(),
    "label_smoothing": Hyperparameter(below=1),
    "shift": Hyperparameter(),
    "rotate": Hyperparameter(),
    "scale": Hyperparameter(),
    "shear": Hyperparameter(),
    "elastic": Hyperparameter(),
}
"""All settings that can be searched, in the order of their display."""

OF_CLASSES = ("label_smoothing",)
OF_IMAGES = ("shift", "rotate", "scale", "shear", "elastic")


def space_from_spec(spec: Mapping[str, Any]) -> dict[str, Range | Choice | None]:
    """Parse a recipe's [search]; None for settings that are not searched. Raises ValueError for invalid entries.

    >>> space_from_spec({"units": {"low": 8, "high": 64, "log": True}, "dropout": "keep"})
    {'units': Range(low=8, high=64, log=True, whole=True), 'dropout': None}
    >>> space_from_spec({"units": {"low": 64, "high": 8}})
    Traceback (most recent call last):
        ...
    ValueError: search: units from 64 to 8 is an empty range; low must not be above high
    """
    space: dict[str, Range | Choice | None] = {}
    for name, value in spec.items():
        if name not in SETTINGS:
            raise specs.unknown("setting in search:", name, SETTINGS)
        try:
            space[name] = _one(name, SETTINGS[name], value)
        except (ValueError, TypeError) as error:
            raise ValueError(f"search: {error}") from None
    return space


def _one(name: str, setting: Hyperparameter, value: Any) -> Range | Choice | None:
    if value == KEEP:
        return None
    if isinstance(value, Mapping) and "name" not in value:
        return _range(name, setting, value)
    options = value if isinstance(value, list) else [value]
    if not options:
        raise ValueError(f"{name} has no choices; list some values, or use {KEEP!r}")
    checked = [setting.check(name, option) for option in options]
    if len({specs.format_spec(option) for option in checked}) < len(checked):
        raise ValueError(f"{name} has duplicate choices: {specs.format_spec(options)}")
    return Choice(tuple(checked))


def _range(name: str, setting: Hyperparameter, spec: Mapping[str, Any]) -> Range:
    if setting.find is not None:
        raise ValueError(f"{name} needs a list of names, not a range; got {specs.format_spec(dict(spec)) or '{}'}")
    for key in spec:
        if key not in ("low", "high", "log"):
            raise specs.unknown(f"key in the range of {name}:", key, ("low", "high", "log"))
    missing = [key for key in ("low", "high") if key not in spec]
    if missing:
        raise ValueError(f"the range of {name} needs low and high; {missing[0]} is missing")
    low, high = (setting.check(f"{key} of {name}", spec[key]) for key in ("low", "high"))
    log = spec.get("log", False)
    if not isinstance(log, bool):
        raise ValueError(f"log of {name} must be true or false, got {log!r}")
    if low > high:
        raise ValueError(f"{name} from {low:g} to {high:g} is an empty range; low must not be above high")
    if log and low <= 0:
        raise ValueError(f"{name} from {low:g} cannot use a log scale; set low above 0, or remove log")
    return Range(low, high, log, setting.whole)


@dataclass(frozen=True)
class Size:
    """Default ranges for data with up to this number of rows.

    visits: minimum of rows times epochs per trial. learning_rate: the maximum.
    """

    rows: float
    hidden_layers: tuple[int, int]
    units: tuple[int, int]
    batch_size: tuple[int, int]
    learning_rate: float
    visits: int


SIZES = (
    Size(1000, (0, 2), (32, 128), (8, 32), 0.01, 30_000),
    Size(10_000, (1, 3), (32, 256), (8, 64), 0.02, 30_000),
    Size(math.inf, (1, 4), (64, 1024), (32, 512), 0.02, 300_000),
)
"""Smaller data get smaller networks, smaller batches, and more epochs."""


def space_for(spec: Mapping[str, Any], rows: int, classes: bool, image_shape: Sequence[int] | None) -> Space:
    """Return the search space: the entries of [search], and ranges that suit the data for all other settings.

    rows: number of training rows. classes: whether this is classification. image_shape: of images; larger images get
    larger distortions, which are in pixels.
    """
    size = next(size for size in SIZES if rows < size.rows)
    epochs = min(max(size.visits // rows, 3), 100)
    space: dict[str, Range | Choice | None] = {
        "hidden_layers": Range(*size.hidden_layers, whole=True),
        "units": Range(*size.units, log=True, whole=True),
        "activation": Choice(("relu", "gelu", "silu", "tanh")),
        "normalization": Choice(NORMALIZATIONS),
        "dropout": Range(0.0, 0.5),
        "optimizer": Choice(("adamw", "nadam", {"name": "sgd", "momentum": 0.9, "nesterov": True})),
        "learning_rate": Range(0.0005, size.learning_rate, log=True),
        "schedule": Choice(("cosine", "one_cycle", "constant")),
        "batch_size": Range(*size.batch_size, log=True, whole=True),
        "epochs": Range(epochs, 4 * epochs, log=True, whole=True),
        "weight_decay": Range(0.0001, 0.5, log=True),
    }
    if classes:
        space["label_smoothing"] = Range(0.0, 0.2)
    if image_shape is not None:
        side = math.sqrt(image_shape[0] * image_shape[1])
        space |= {
            "shift": Range(0.0, side / 10),
            "rotate": Range(0.0, 15.0),
            "scale": Range(0.0, 0.15),
            "shear": Range(0.0, 0.15),
            "elastic": Range(0.0, side / 12),
        }
    asked = space_from_spec(spec)
    for name in asked:
        if name in OF_CLASSES and not classes and asked[name] is not None:
            raise ValueError(f"search: {name} applies to classification only, but the target is numeric")
        if name in OF_IMAGES and image_shape is None and asked[name] is not None:
            raise ValueError(f"search: {name} applies to images only, but the data have none")
    space |= asked
    return {name: space_of for name in SETTINGS if (space_of := space.get(name)) is not None}


def space_to_spec(space: Space) -> dict[str, Any]:
    """Return a space as in the table [search].

    >>> space_to_spec({"units": Range(8, 64, log=True, whole=True), "activation": Choice(("relu",))})
    {'units': {'low': 8, 'high': 64, 'log': True}, 'activation': ['relu']}
    """
    return {name: of.to_spec() for name, of in space.items()}
