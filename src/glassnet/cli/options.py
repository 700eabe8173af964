"""Options that several commands share: the source of the data and how to read it."""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from glassnet.recipes.recipe import Recipe

Source = Annotated[
    str,
    typer.Argument(
        help="Built-in data set (digits, iris, ...), table (.csv, .tsv, .parquet) with --target, folder of images with "
        "one subfolder per class, arrays (.npz, .npy, IDX such as train-images-idx3-ubyte), shipped recipe "
        "(digits-best, notebook, mnist), or recipe file (.toml)."
    ),
]
Data = Annotated[str | None, typer.Option(help="Override the recipe's data source.")]
Target = Annotated[str | None, typer.Option(help="Column of a table to predict.")]
Task = Annotated[str | None, typer.Option(help="classification or regression (default: inferred from the target).")]
NaValue = Annotated[list[str] | None, typer.Option(help="Text to read as a missing value; may be repeated.")]
Drop = Annotated[list[str] | None, typer.Option(help="Column of a table to ignore, such as an ID; may be repeated.")]
Categorical = Annotated[
    list[str] | None, typer.Option(help="Numeric column to treat as categories, such as a ZIP code; may be repeated.")
]
Seed = Annotated[int | None, typer.Option(help="Random seed of the split, the initial weights, and shuffling.")]
Split = Annotated[
    str | None,
    typer.Option(help="Train/validation/test split in percent, such as 60/20/20, or train/test, such as 60/40."),
]
ImageSize = Annotated[
    str | None,
    typer.Option(help="Resize images of a folder to this many pixels: 32, or height x width, such as 24x32."),
]
Color = Annotated[str | None, typer.Option(help="Color mode for images of a folder: gray, rgb, or auto.")]
SkipInvalid = Annotated[
    bool, typer.Option("--skip-invalid", help="Skip and list unreadable files of a folder instead of failing.")
]
Json = Annotated[bool, typer.Option("--json", help="Print metrics.json to stdout and nothing else.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="Print only warnings and errors.")]


def source_options(
    target: str | None,
    task: str | None,
    na_value: list[str] | None,
    drop: list[str] | None,
    categorical: list[str] | None,
    image_size: str | None,
    color: str | None,
    skip_invalid: bool,
) -> dict[str, Any]:
    """Return the options for reading a table or a folder by their keys in a recipe; None if not given."""
    return {
        "target": target,
        "task": task,
        "na_value": na_value,
        "drop": drop,
        "categorical": categorical,
        "image_size": image_size and _image_size(image_size),
        "color": color,
        "skip_invalid": skip_invalid or None,
    }


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


def on_other_data(recipe: Recipe, called: str, data: str | None) -> Recipe:
    """Return the recipe with another data source, if one is given.

    Raises FileNotFoundError for a shipped recipe whose own data do not exist here.
    """
    from glassnet.data.sources import resolve
    from glassnet.recipes.recipe import shipped_names

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
