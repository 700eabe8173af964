"""Options that several commands have alike: what a recipe is about, and which data it learns from."""

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
        help="A data set (digits, iris, ...); a table of your own (.csv, .tsv, .parquet) with --target, a folder "
        "with a folder of pictures per class, or arrays (.npz, .npy, MNIST's train-images-idx3-ubyte); a shipped "
        "recipe (digits-best, notebook, mnist) or a recipe file (.toml)."
    ),
]
Data = Annotated[str | None, typer.Option(help="What a recipe learns from, in place of its own source.")]
Target = Annotated[str | None, typer.Option(help="Of a table: the column to be predicted.")]
Task = Annotated[str | None, typer.Option(help="classification or regression; told from the target if not given.")]
NaValue = Annotated[
    list[str] | None, typer.Option(help="A text that stands for a missing value; may be given several times.")
]
Drop = Annotated[
    list[str] | None, typer.Option(help="A column to leave out, such as names; may be given several times.")
]
Categorical = Annotated[
    list[str] | None, typer.Option(help="A column of names that look like numbers; may be given several times.")
]
Seed = Annotated[int | None, typer.Option(help="Seed of split, first weights and shuffling.")]
Split = Annotated[str | None, typer.Option(help="train/valid/test such as 60/20/20, or train/test: 60/40.")]
ImageSize = Annotated[
    str | None, typer.Option(help="Pixels that pictures of a folder are stretched to: 32, or height x width, 24x32.")
]
Color = Annotated[str | None, typer.Option(help="Pictures of a folder are read as gray, rgb, or auto.")]
SkipInvalid = Annotated[
    bool, typer.Option("--skip-invalid", help="Leave out files of a folder that cannot be read, and name them.")
]
Json = Annotated[bool, typer.Option("--json", help="Print metrics.json to stdout and nothing else.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="Print nothing but mistakes.")]


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
    """Return what a command line says of a table or a folder, as a recipe says it; None for what it does not say."""
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
    """Return the size that a text such as 32 or 24x32 means, height first."""
    sides = text.lower().replace("×", "x").split("x")
    if len(sides) > 2 or not all(side.strip().isdecimal() and int(side) > 0 for side in sides):
        raise ValueError(f"--image-size must be pixels such as 32, or height x width such as 24x32, got {text!r}")
    return int(text) if len(sides) == 1 else [int(side) for side in sides]


def changed(recipe: Recipe, options: dict[str, Any], **plain: Any) -> Recipe:
    """Return the recipe with what the command line says in place of its own words; None leaves a word as it is."""
    changes = {key: value for key, value in plain.items() if value is not None}
    if given := {key: value for key, value in options.items() if value is not None}:
        changes["options"] = {**recipe.options, **given}
    return dataclasses.replace(recipe, **changes)


def on_other_data(recipe: Recipe, called: str, data: str | None) -> Recipe:
    """Return the recipe with other data, if any are given; refuse a shipped one whose own data are not here."""
    from glassnet.data.sources import SOURCES
    from glassnet.recipes.recipe import shipped_names

    if data is not None:
        return dataclasses.replace(recipe, source=data, options={})
    if called in shipped_names() and recipe.source not in SOURCES and not Path(recipe.source).exists():
        raise FileNotFoundError(
            f"the recipe {called} learns from {recipe.source}, which is not here; say where it is: --data FOLDER/"
            f"{recipe.source}"
        )
    return recipe


@contextmanager
def silence(wanted: bool) -> Iterator[None]:
    """Keep what the library logs, such as that it compiles, from the terminal."""
    logger = logging.getLogger("glassnet")
    before = logger.level
    if wanted:
        logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(before)


def named_folder(out: Path | None, recipe: Recipe, otherwise: str) -> tuple[Recipe, Path]:
    """Return the recipe called as its run folder is, --out or runs/`otherwise`, and that folder.

    The kept recipe has the folder's name, so that repeating it does not write into another run's folder.
    """
    if out is None:
        return dataclasses.replace(recipe, name=otherwise), Path("runs") / otherwise
    if not str(out).strip("./ "):
        raise ValueError(f"--out must name a folder of its own for the run, got {str(out)!r}")
    return dataclasses.replace(recipe, name=out.name), out
