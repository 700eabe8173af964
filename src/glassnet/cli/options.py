"""Options of the commands that train: one table of rows each for data, training, run, and output."""

from __future__ import annotations

import dataclasses
import inspect
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

if TYPE_CHECKING:
    from glassnet.recipes.recipe import Recipe

Function = TypeVar("Function", bound=Callable[..., int])

Source = Annotated[
    str,
    typer.Argument(
        help="Built-in data set (digits, iris, ...), table (.csv, .tsv, .xlsx, .parquet, ...; - for standard input) "
        "with --target, folder of images with one subfolder per class, arrays (.npz, .npy, IDX such as "
        "train-images-idx3-ubyte), shipped recipe (digits-best, notebook, mnist), or recipe file (.toml)."
    ),
]
Row = tuple[Any, Any]
"""The annotation that Typer reads, and the default."""


def _row(kind: Any, description: str, *names: str) -> Row:
    """Return an option that is None unless given. names: its flags, where they do not follow from its name."""
    return Annotated[kind | None, typer.Option(*names, help=description)], None


def _flag(name: str, description: str) -> Row:
    """Return an option without a value, False unless given."""
    return Annotated[bool, typer.Option(name, help=description)], False


DATA: dict[str, Row] = {
    "data": _row(str, "Override the recipe's data source."),
    "target": _row(str, "Column of a table to predict."),
    "task": _row(str, "classification or regression (default: inferred from the target)."),
    "na_value": _row(list[str], "Text to read as a missing value; may be repeated."),
    "drop": _row(list[str], "Columns of a table to ignore, such as id,name; may be repeated."),
    "categorical": _row(list[str], "Columns to read as categories, such as a ZIP code; may be repeated."),
    "strict": _flag("--strict", "Raise an error where reading a table requires a decision, instead of listing it."),
    "group": _row(str, "Column of a table that keeps rows together in splits and folds, such as a patient's ID."),
    "time": _row(str, "Column of a table with times; splits and folds train on earlier rows, evaluate on later ones."),
    "numeric": _row(list[str], "Columns that must be numeric, even with leading zeros; may be repeated."),
    "date": _row(list[str], "Columns of dates; may be repeated."),
    "decimal": _row(str, "Decimal separator of a text file: . or , (default: inferred from all columns)."),
    "thousands": _row(str, "Thousands separator of a text file: , or . (default: the other one)."),
    "dayfirst": _row(
        bool,
        "Whether the day comes before the month in dates such as 3/1/2024 (default: inferred from all columns).",
        "--dayfirst/--no-dayfirst",
    ),
    "format": _row(str, "Format of a table, such as csv or xlsx (default: by the name; csv for standard input)."),
    "sheet": _row(str, "Sheet of a spreadsheet, by name or number (default: the only one with data)."),
    "header": _row(
        bool,
        "Whether the first line of a text file contains the column names (default: inferred).",
        "--header/--no-header",
    ),
    "names": _row(str, "Column names of a text file without a header, such as a,b,c."),
    "skip_lines": _row(int, "Number of lines of a text file before the header, such as a title."),
    "skip_footer": _row(int, "Number of lines at the end of a text file that are no rows, such as a total."),
    "image_size": _row(str, "Resize images of a folder to this many pixels: 32, or height x width, such as 24x32."),
    "color": _row(str, "Color mode for images of a folder: gray, rgb, or auto."),
    "skip_invalid": _flag(
        "--skip-invalid", "Skip and report unreadable images of a folder, and rows of a table without a target."
    ),
}
"""Where the data come from, and how they are read."""

NETWORK: dict[str, Row] = {
    "hidden": _row(str, "Units of each hidden layer, such as 128,64; 0 for no hidden layer."),
    "activation": _row(str, "Activation of the hidden layers: relu, tanh, gelu, ..."),
    "dropout": _row(float, "Dropout rate after each hidden layer, such as 0.3; 0 for none."),
    "lr": _row(float, "Learning rate."),
}
"""A single network, where the recipe has another one."""

TRAINING: dict[str, Row] = {
    "optimizer": _row(str, "Optimizer: sgd, adam, adamw, rmsprop, lion, lbfgs, ..."),
    "batch_size": _row(int, "Rows per optimizer step."),
    "epochs": _row(int, "Maximum number of epochs."),
    "early_stopping": _row(
        bool,
        "Stop when the validation loss stops improving, and restore the best epoch.",
        "--early-stopping/--no-early-stopping",
    ),
    "patience": _row(int, "Epochs without improvement before early stopping."),
    "class_weight": _row(str, "balanced: weight classes inversely to their frequency."),
    "weight_decay": _row(float, "Weight decay coefficient of the optimizer."),
    "clip_norm": _row(float, "Upper limit of the gradient's norm, such as 1."),
    "ema": _row(float, "Decay of a moving average of the weights, such as 0.99; predictions use the average."),
    "augment": _row(
        str, "Randomly distort the images in every epoch: shift=1,rotate=10,scale=0.1,shear=0.1,elastic=1."
    ),
    "ensemble_size": _row(int, "Number of networks to train and average."),
    "engine": _row(str, "Engine: compiled, numpy, or auto."),
    "threads": _row(int, "Maximum number of threads (default: automatic)."),
}
"""Training options that the command line offers; the names are those of the fields of TrainingOptions."""

RUN: dict[str, Row] = {
    "seed": _row(int, "Random seed of the split, the initial weights, and shuffling."),
    "unseen": _row(
        str,
        "Categories and missing values that the training set does not have: predict (default), or error.",
    ),
    "split": _row(str, "Train/validation/test split in percent, such as 60/20/20, or train/test, such as 60/40."),
    "threshold": _row(
        str,
        "Decision threshold of two classes, for the rarer one: a number such as 0.3, or chosen on held-out rows by f1, "
        "balanced (accuracy), or cost=5 (a false negative costs 5 times a false positive).",
    ),
}

PORTFOLIO: dict[str, Row] = {
    "quality": _row(
        str,
        "How many networks of a table to train and average: quick, good (default), or best; realmlp: one network by "
        "the recipe of RealMLP-TD. Options of a single network, such as --hidden, train that network instead.",
    ),
    "eval_metric": _row(
        str, "Metric that the average is chosen by: log_loss, roc_auc, accuracy, ...; rmse, mae, or r2 for numbers."
    ),
    "time_limit": _row(float, "Seconds after which no other network is started; the first one always is."),
}
"""How a table is trained, where no option describes a single network."""

OUTPUT: dict[str, Row] = {
    "as_json": _flag("--json", "Print the metrics as JSON and nothing else."),
    "quiet": _flag("--quiet", "Print only warnings and errors."),
    "overwrite": _flag("--overwrite", "Replace a run with another data source or target in the run folder."),
}

Decimal, Thousands, Dayfirst = DATA["decimal"][0], DATA["thousands"][0], DATA["dayfirst"][0]
HasHeader, SkipLines, SkipFooter = DATA["header"][0], DATA["skip_lines"][0], DATA["skip_footer"][0]
NaValue, Format, Sheet = DATA["na_value"][0], DATA["format"][0], DATA["sheet"][0]
Unseen = RUN["unseen"][0]
Json, Quiet = OUTPUT["as_json"][0], OUTPUT["quiet"][0]


def takes(*tables: Any) -> Callable[[Function], Function]:
    """Return a decorator that gives a command the options of these tables, as keyword arguments by their names.

    `...` among the tables stands for the options in the command's own signature.
    """

    def decorate(command: Function) -> Function:
        source, *own = inspect.signature(command, eval_str=True).parameters.values()
        parameters, kind = [source], inspect.Parameter.KEYWORD_ONLY
        for table in tables:
            if table is ...:
                parameters += [one.replace(kind=kind) for one in own if one.kind is not inspect.Parameter.VAR_KEYWORD]
            else:
                parameters += [
                    inspect.Parameter(name, kind, default=default, annotation=annotation)
                    for name, (annotation, default) in table.items()
                ]
        command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        return command

    return decorate


def read_options(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options for reading a table or a folder by their keys in a recipe; None if not given."""
    size = given["image_size"]
    return {
        **{name: given[name] for name in DATA if name != "data"},
        "image_size": size and _image_size(size),
        **{name: given[name] or None for name in ("strict", "skip_invalid")},
    }


def format_option(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the option --format, which decides whether a source is a table; {} if not given."""
    return {} if given["format"] is None else {"format": given["format"]}


def training_options(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the training options by their keys in a recipe; None if not given."""
    from glassnet.engines.compiled.thread_team import allowed

    augment, threads = given["augment"], given["threads"]
    return {
        **{name: given[name] for name in TRAINING},
        "augment": augment and _distortion(augment),
        "threads": threads and min(threads, allowed()),
    }


def _distortion(text: str) -> dict[str, Any]:
    """Parse an augmentation such as shift=1,rotate=10 into its spec."""
    spec: dict[str, Any] = {"name": "distort"}
    for part in text.split(","):
        option, _, value = part.partition("=")
        try:
            spec[option.strip()] = float(value)
        except ValueError:
            raise ValueError(f"--augment must be amounts such as shift=1,rotate=10, got {text!r}") from None
    return spec


def _image_size(text: str) -> int | list[int]:
    """Parse an image size such as 32 or 24x32, height first."""
    sides = text.lower().replace("×", "x").split("x")
    if len(sides) > 2 or not all(side.strip().isdecimal() and int(side) > 0 for side in sides):
        raise ValueError(f"--image-size must be pixels such as 32, or height x width such as 24x32, got {text!r}")
    return int(text) if len(sides) == 1 else [int(side) for side in sides]


def changed(recipe: Recipe, options: dict[str, Any], **plain: Any) -> Recipe:
    """Return the recipe with the values given on the command line; None leaves a key as it is."""
    changes = {key: value for key, value in plain.items() if value is not None}
    if given := {key: value for key, value in options.items() if value is not None}:
        changes["options"] = {**recipe.options, **given}
    return dataclasses.replace(recipe, **changes)


def override(
    recipe: Recipe,
    hidden: str | None,
    activation: str | None,
    dropout: float | None = None,
    lr: float | None = None,
    options: Mapping[str, Any] | None = None,
    weight_decay: float | None = None,
    **plain: Any,
) -> Recipe:
    """Return the recipe with the values given on the command line; None leaves a key as it is."""
    from glassnet.common.specs import spec_dict
    from glassnet.network.hidden_layers import hidden_layers, with_activation, with_dropout

    recipe = changed(recipe, dict(options or {}), **plain)
    layers, changes = recipe.layers, dict[str, Any]()
    if hidden is not None:
        own = next((layer["activation"] for layer in layers if "activation" in layer), "relu")
        layers = hidden_layers([] if hidden.strip() == "0" else _units(hidden), own)
    if activation is not None:
        layers = with_activation(layers, activation)
    if dropout is not None:
        layers = with_dropout(layers, dropout)
    if plain.get("optimizer") == "lbfgs":
        changes["early_stopping"] = False  # it has no epochs to monitor
    optimizer = spec_dict(recipe.optimizer)
    if weight_decay is not None and optimizer["name"] != "adamw":
        changes["weight_decay"], weight_decay = weight_decay, None
    if rates := {
        key: value for key, value in (("learning_rate", lr), ("weight_decay", weight_decay)) if value is not None
    }:
        changes["optimizer"] = {**optimizer, **rates}
    return dataclasses.replace(recipe, layers=layers, **changes)


def _units(hidden: str) -> list[int]:
    counts = [text.strip() for text in hidden.split(",")]
    if not all(count.isdecimal() and int(count) > 0 for count in counts):
        raise ValueError(f"--hidden must be numbers of units such as 128,64, or 0 for no hidden layer; got {hidden!r}")
    return [int(count) for count in counts]


def on_other_data(recipe: Recipe, called: str, data: str | None) -> Recipe:
    """Return the recipe with another data source, if one is given.

    Raises FileNotFoundError for a shipped recipe whose own data do not exist here.
    """
    from glassnet.data.sources import resolve
    from glassnet.recipes.load import shipped_names

    if data is not None:
        return dataclasses.replace(recipe, source=data, options={})
    if called in shipped_names() and not resolve(recipe.source).exists():
        raise FileNotFoundError(
            f"the recipe {called} reads {recipe.source}, which does not exist here; pass its location: --data FOLDER/"
            f"{recipe.source}"
        )
    return recipe


@contextmanager
def silence(wanted: bool) -> Iterator[None]:
    """Suppress the library's log messages, such as those about compilation."""
    logger = logging.getLogger("glassnet")
    before = logger.level
    if wanted:
        logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(before)


def named_folder(out: Path | None, recipe: Recipe, otherwise: str) -> tuple[Recipe, Path]:
    """Return the recipe, named after its run folder, and that folder: --out, or runs/`otherwise`.

    The saved recipe has the folder's name, so that repeating it does not write into another run's folder.
    """
    if out is None:
        return dataclasses.replace(recipe, name=otherwise), Path("runs") / otherwise
    if not str(out).strip("./ "):
        raise ValueError(f"--out must name a folder for this run alone, got {str(out)!r}")
    return dataclasses.replace(recipe, name=out.name), out
