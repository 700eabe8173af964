"""Recipes: everything a run needs, as a TOML file. The same recipe repeats the run."""

from __future__ import annotations

import dataclasses
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import NoneType
from typing import Any

import numpy as np

from glassnet.common import checks, specs
from glassnet.data.preprocessing import TargetEncoding
from glassnet.data.preprocessing import preprocessing as find_preprocessing
from glassnet.data.sources import resolve
from glassnet.data.splits import parse_split
from glassnet.data.tables.column_encoder import category_encoding
from glassnet.data.tables.unseen import check_choice as check_unseen
from glassnet.data.target_scale import TargetScale
from glassnet.maths import initializers
from glassnet.maths.decision_threshold import threshold_rule
from glassnet.network.layers import layer as find_layer
from glassnet.recipes.legacy import translated
from glassnet.recipes.recipe_html import recipe_html
from glassnet.recipes.toml_text import search_table
from glassnet.tabular.qualities import check_quality
from glassnet.tabular.score import METRICS
from glassnet.training.options import OPTIONS, TrainingOptions

MOST_BYTES = 1 << 20
"""Maximum size of a recipe file."""

MOST_DOTS = 20
"""Maximum number of dots in a key, such as a.b.c; the time to parse one grows with the square of its dots."""

QUOTED = re.compile(r'"(?:[^"\\\n]|\\.)*+"?|\'[^\'\n]*+\'?|#[^\n]*+')
KEY = re.compile(r"[\w-]++(?:[ \t]*+\.[ \t]*+[\w-]++)*+")
"""Quoted text, closed or not, or a comment; and a key of one or more parts. Both take linear time."""


@dataclass(frozen=True)
class Recipe(TrainingOptions):
    """Everything a run needs: data, split, preprocessing, network, and training options.

    The fields are the keys of a TOML file, and their values are plain: text, numbers, lists, and tables. In the file,
    `name` and `seed` are at the top, all others in the tables [data], [preprocessing], [network], [training], and
    [search]. `threads` is not stored, because results do not depend on it.

    Parameters
    ----------
    name : str
        Name of the run folder.
    source : str
        Data source: a built-in data set, a path, or "memory:" and a name for data that were in memory.
    seed : int, default 0
        Seed of split, initial weights, and shuffling.
    split : str, default "60/20/20"
        Shares of training, validation, and test set, or of training and test set ("60/40"). If the source brings a test
        set, the last share is left out. With `quality`, the shares of training and validation set are one training set,
        whose folds validate.
    options : dict
        Options of the source; see `gn.load`.
    steps : sequence of str or dict
        Preprocessing, in order.
    unseen : {"predict", "error"}, default "predict"
        What becomes of categories and missing values of a table that the training set does not have: they are
        predicted as an average category or number, or raise an error.
    category_encoding : dict
        Options of the encoding of categories: `max_one_hot`, `signed_binary`, `zero_missing`, `embedding_units`; see
        `TableEncoder.fit`. By default, those of `quality`.
    target_scale : {"standardize", "quantile", "auto"}, default "standardize"
        Scale of numeric targets in training; see `gn.TargetScale`.
    clip_predictions : bool, default False
        Clip predicted numbers to the range of the training target.
    layers : sequence of str or dict
        Hidden layers. The output layer follows from the data.
    init : str or dict, optional
        Initializer of the weights.
    bias_init : str or dict, optional
        Initializer of the biases.
    data_init : bool, default False
        Scale and shift the initial weights and biases to fit training rows; see `gn.initialize_from_data`.
    dtype : {"float32", "float64"}, default "float32"
        Number format.
    folds : int, default 0
        Number of cross-validation folds, with a train/test split; 0 for none.
    repeats : int, default 1
        Number of times the folds are drawn.
    threshold : float or str, optional
        Decision threshold of two classes, for the rarer class: a number between 0 and 1, or "f1", "balanced", or
        "cost=5" to choose it on held-out rows; 0.5 by default.
    quality : {"quick", "good", "best", "realmlp"}, optional
        Train a portfolio of networks on folds of the training set instead of the recipe's own network, and average
        them; see `glassnet.tabular`. "realmlp" trains one network by the recipe of RealMLP-TD.
    eval_metric : str, optional
        With `quality`, the metric that the average is chosen by: log_loss (default), roc_auc, accuracy, …; for
        regression, rmse (default), mae, or r2.
    time_limit : float, optional
        With `quality`, seconds after which no other network is started. The recipe of the run then has the number of
        networks in `members` instead, so that repeating it gives the same model.
    members : int, optional
        With `quality`, the maximum number of networks.
    search : dict
        Search space of `glassnet tune`; ignored in training.
    **training_options
        The fields of `TrainingOptions`, with `class_weight` as "balanced", a table by class name, or a list.

    Raises
    ------
    ValueError
        If a key or value is invalid; the message names it.

    Examples
    --------
    >>> from glassnet.recipes.load import shipped
    >>> recipe = shipped("notebook")
    >>> recipe.layers[0], recipe.split
    ({'name': 'dense', 'units': 6, 'activation': 'relu'}, '60/40')
    """

    name: str
    source: str
    seed: int = 0
    split: str = "60/20/20"
    options: Mapping[str, Any] = field(default_factory=dict)
    steps: tuple[Any, ...] = ()
    unseen: str = "predict"
    category_encoding: Mapping[str, Any] = field(default_factory=dict)
    target_scale: str = "standardize"
    clip_predictions: bool = False
    layers: tuple[Any, ...] = ()
    init: Any = None
    bias_init: Any = None
    data_init: bool = False
    dtype: str = "float32"
    folds: int = 0
    repeats: int = 1
    threshold: float | str | None = None
    quality: str | None = None
    eval_metric: str | None = None
    time_limit: float | None = None
    members: int | None = None
    search: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for key in FIELDS:
            object.__setattr__(self, key, _plain(key, getattr(self, key)))
        for key, (kind, described) in KINDS.items():
            if not isinstance(getattr(self, key), kind):
                raise ValueError(f"{key} must be {described}, got {getattr(self, key)!r}")
        object.__setattr__(self, "steps", tuple(self.steps))
        object.__setattr__(self, "layers", tuple(self.layers))
        object.__setattr__(self, "source", resolve(self.source, self.options).name)
        if Path(self.name).name != self.name or self.name in ("", "..") or not self.name.isprintable():
            raise ValueError(f"name of a recipe must be a valid folder name, got {self.name!r}")
        checks.whole_number("seed", self.seed, at_least=0)
        super().__post_init__()
        checks.whole_number("repeats", self.repeats, at_least=1)
        if checks.whole_number("folds", self.folds, at_least=0) == 1:
            raise ValueError("folds must be 0, for no cross-validation, or at least 2, got 1")
        if self.folds and len(self.fractions) == 3:
            raise ValueError(
                f"folds replace the validation set, so split {self.split!r} must be train/test, such as 80/20"
            )
        if self.member_batches:
            raise ValueError("member_batches is for gn.train and gn.fit: the output layer of a recipe mixes members")
        if self.threshold is not None:
            name, number = threshold_rule(self.threshold)
            object.__setattr__(self, "threshold", number if name == "number" else self.threshold)
        if self.dtype not in ("float32", "float64"):
            raise ValueError(f"dtype must be float32 or float64, got {self.dtype!r}")
        if len(self.fractions) not in (2, 3):
            raise ValueError(f"split {self.split!r} must have two parts (train/test) or three (train/valid/test)")
        _check_class_weight(self.class_weight)
        self._check_quality()
        check_unseen(self.unseen)
        category_encoding(self.category_encoding)
        TargetScale(self.target_scale)
        # Components validate their own options, so creating them here reports every error before training.
        if any(isinstance(find_preprocessing(step), TargetEncoding) for step in self.steps):
            raise ValueError("steps of a recipe cannot contain target_encoding, which needs targets; remove it")
        for layer in self.layers:
            find_layer(layer)
        for choice in (self.init, self.bias_init):
            if choice is not None:
                initializers.initializer(choice)

    def _check_quality(self) -> None:
        """Raise ValueError if quality is unknown or combined with options of a single network."""
        if self.time_limit is not None:
            checks.number("time_limit", self.time_limit, above=0)
        if self.members is not None:
            checks.whole_number("members", self.members, at_least=1)
        if self.quality is None:
            for key in OF_QUALITY:
                if getattr(self, key) is not None:
                    raise ValueError(f"{key} is an option of a portfolio of networks; add quality, such as good")
            return
        check_quality(self.quality)
        if self.eval_metric is not None and self.eval_metric not in METRICS:
            raise specs.unknown("eval_metric", self.eval_metric, METRICS)
        for key in OF_NETWORK:
            if getattr(self, key) != DEFAULTS[key]:
                raise ValueError(
                    f"{key} is an option of a single network, but quality {self.quality} trains a portfolio of its "
                    f"own; remove {key} or quality"
                )

    @property
    def fractions(self) -> tuple[float, ...]:
        """The fractions of the splits: training and test set, or training, validation, and test set."""
        return parse_split(self.split)

    def to_spec(self) -> dict[str, Any]:
        """Return the recipe as the tables of a TOML file, without entries that are None or do not apply."""
        spec: dict[str, Any] = {"name": self.name, "seed": self.seed}
        for table, keys in TABLES.items():
            values = {key: getattr(self, key) for key in keys if self.quality is None or key not in OF_NETWORK}
            spec[table] = {
                key: list(value) if isinstance(value, tuple) else value
                for key, value in values.items()
                if value is not None and value != {}
            }
        spec = {table: entries for table, entries in spec.items() if entries != {}}
        return spec | ({"search": dict(self.search)} if self.search else {})

    def _repr_html_(self) -> str:
        return recipe_html(self.name, self.to_spec(), DEFAULTS)

    def toml(self) -> str:
        """Return the recipe as TOML text, from which `read_recipe` restores an equal recipe."""
        import tomli_w

        spec = self.to_spec()
        search = spec.pop("search", None)
        return tomli_w.dumps(spec) + (f"\n{search_table(search)}" if search else "")


FIELDS = tuple(field.name for field in dataclasses.fields(Recipe))
DEFAULTS = {
    field.name: field.default_factory() if callable(field.default_factory) else field.default
    for field in dataclasses.fields(Recipe)
}

OF_QUALITY = ("eval_metric", "time_limit", "members")
"""Keys that need `quality`."""

NOT_IN_FILES = ("threads", "member_batches")
"""Options that a recipe file does not have."""

WITH_QUALITY = ("class_weight", "engine", "threads")
OF_NETWORK = (
    "steps",
    "layers",
    "init",
    "bias_init",
    "data_init",
    "dtype",
    "target_scale",
    "clip_predictions",
    "repeats",
    *(name for name in OPTIONS if name not in (*WITH_QUALITY, *NOT_IN_FILES)),
)
"""Keys that describe a single network and its training, which do not go with `quality`."""

TEXT, TABLE, LIST = (str, "text"), (dict, "a table"), (list, "a list")
TEXT_OR_NONE = ((str, NoneType), TEXT[1])
PIECE = ((str, dict), "a name, or a table of name and options")
PIECE_OR_NONE = ((str, dict, NoneType), PIECE[1])
KINDS: dict[str, tuple[Any, str]] = {
    "source": TEXT,
    "name": TEXT,
    "split": (str, 'text such as "60/20/20"'),
    "options": TABLE,
    "search": TABLE,
    "steps": LIST,
    "unseen": TEXT,
    "layers": LIST,
    "init": PIECE_OR_NONE,
    "bias_init": PIECE_OR_NONE,
    "data_init": (bool, "true or false"),
    "category_encoding": TABLE,
    "target_scale": TEXT,
    "clip_predictions": (bool, "true or false"),
    "dtype": TEXT,
    "loss": PIECE_OR_NONE,
    "optimizer": PIECE,
    "schedule": PIECE,
    "weight_decay_schedule": PIECE,
    "dropout_schedule": PIECE,
    "parameter_groups": ((dict, NoneType), TABLE[1]),
    "augment": PIECE_OR_NONE,
    "early_stopping": (bool, "true or false"),
    "shuffle": (bool, "true or false"),
    "engine": TEXT,
    "quality": TEXT_OR_NONE,
    "eval_metric": TEXT_OR_NONE,
}
"""Types of the keys, with their description; other keys are numbers, which have their own checks."""


def _plain(key: str, value: Any) -> Any:
    """Return a value as read from a TOML or JSON file: text, numbers, lists, and tables with text as keys."""
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, (list, tuple)):
        return [_plain(key, entry) for entry in value]
    if isinstance(value, Mapping) and all(isinstance(name, str) for name in value):
        return {name: _plain(key, entry) for name, entry in value.items() if entry is not None}
    raise ValueError(f"{key} of a recipe must be text, numbers, or lists and tables of them, got {value!r}")


def _check_class_weight(choice: Any) -> None:
    if choice is None or choice == "balanced":
        return
    if not isinstance(choice, (list, dict)):
        raise ValueError(f'class_weight must be "balanced", a table by class name or a list, got {choice!r}')
    for name, weight in choice.items() if isinstance(choice, dict) else enumerate(choice):
        checks.number(f"class_weight of {name}", weight, at_least=0)


TABLES: dict[str, tuple[str, ...]] = {
    "data": ("source", "split", "options"),
    "preprocessing": ("steps", "unseen", "category_encoding", "target_scale", "clip_predictions"),
    "network": ("layers", "init", "bias_init", "data_init", "dtype"),
    "training": (
        *(name for name in OPTIONS if name not in NOT_IN_FILES),
        "folds",
        "repeats",
        "threshold",
        "quality",
        "eval_metric",
        "time_limit",
        "members",
    ),
}


def recipe_from_spec(spec: Mapping[str, Any]) -> Recipe:
    """Return the recipe described by the tables of a TOML file; keys of earlier versions are translated.

    Parameters
    ----------
    spec : dict
        The tables.

    Returns
    -------
    Recipe
        The recipe.

    Raises
    ------
    ValueError
        If a table or key is unknown; the message suggests the closest match.
    """
    values: dict[str, Any] = {}
    for key, value in translated(spec).items():
        if key in ("name", "seed", "search"):
            values[key] = value
        elif key not in TABLES:
            raise specs.unknown("table of a recipe:", key, ["name", "seed", *TABLES, "search"])
        elif not isinstance(value, Mapping):
            raise ValueError(f"{key} of a recipe is a table, [{key}], got {value!r}")
        else:
            for inner, entry in value.items():
                if inner not in TABLES[key]:
                    raise specs.unknown(f"key of [{key}] in a recipe:", inner, TABLES[key])
                values[inner] = entry
    if "source" not in values:
        raise ValueError('a recipe needs a source, such as source = "digits" in [data]')
    if "name" not in values:
        source = values["source"]
        values["name"] = resolve(source).stem if isinstance(source, str) else ""
    return Recipe(**values)


def read_recipe(path: str | Path) -> Recipe:
    """Read a recipe from a TOML file.

    Parameters
    ----------
    path : str or Path
        The file.

    Returns
    -------
    Recipe
        The recipe.

    Raises
    ------
    FileNotFoundError
        If the file does not exist.
    ValueError
        If it is invalid; the message names the file and the key.
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"{path} is a folder, not a recipe" if path.is_dir() else f"there is no recipe {path}")
    if path.stat().st_size > MOST_BYTES:
        raise ValueError(f"{path} is not a recipe: it has more than {MOST_BYTES:,} bytes")
    try:
        text = path.read_text(encoding="utf-8-sig")
        if any(key.group().count(".") > MOST_DOTS for key in KEY.finditer(QUOTED.sub("x", text))):
            raise RecursionError  # which tomllib would take minutes for
        return recipe_from_spec(tomllib.loads(text))
    except UnicodeDecodeError:
        raise ValueError(f"{path} is not a recipe: it is not a text file") from None
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{path} is not a TOML file: {error}") from None
    except RecursionError:
        raise ValueError(f"{path} is not a recipe: its lists or tables are nested too deep") from None
    except (ValueError, TypeError) as error:
        raise ValueError(f"recipe {path}: {error}") from None
