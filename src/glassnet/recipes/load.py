"""The recipe for a source: a shipped one, one from a file or a run folder, or the default for the kind of data."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from glassnet.common import specs
from glassnet.common.option_names import names_parameters
from glassnet.data.dataset import Dataset
from glassnet.data.memory import is_given_table, memory_source
from glassnet.data.sources import BUILTIN, SOURCES, find_source, resolve
from glassnet.data.tables.file_formats import ENDINGS_TEXT
from glassnet.recipes.recipe import OF_NETWORK, OF_QUALITY, Recipe, read_recipe

SHIPPED = Path(__file__).parent

DEFAULT_NAMES = ("default", "images", "table")
"""Recipes for data without their own: a single network, images, and tables."""


def shipped(name: str) -> Recipe:
    """Return a recipe that is shipped with glassnet, by name."""
    return read_recipe(SHIPPED / f"{name}.toml")


def single_network(recipe: Recipe) -> Recipe:
    """Return a recipe of a single network for the same data: with the default network in place of a `quality`.

    Parameters
    ----------
    recipe : Recipe
        The recipe; one without `quality` is returned as it is.

    Returns
    -------
    Recipe
        A recipe whose layers and training options can be changed. The default split, 80/20, becomes 60/20/20, since a
        single network needs a validation set; another split, or one with folds, stays.

    Examples
    --------
    >>> recipe = load_recipe("wine")
    >>> recipe.quality, single_network(recipe).layers[0]
    ('quick', {'name': 'dense', 'units': 64, 'activation': 'relu'})
    """
    if recipe.quality is None:
        return recipe
    default = shipped("default")
    own: dict[str, Any] = {key: getattr(default, key) for key in OF_NETWORK}
    if recipe.split == shipped("table").split and not recipe.folds:
        own["split"] = default.split
    return dataclasses.replace(recipe, **own | dict.fromkeys(("quality", *OF_QUALITY)))


def shipped_names() -> list[str]:
    """Return the names of the shipped recipes, except the defaults for data without their own."""
    return sorted(path.stem for path in SHIPPED.glob("*.toml") if path.stem not in DEFAULT_NAMES)


@names_parameters
def load_recipe(source: Any, **options: Any) -> Recipe:
    """Return the recipe for a source: a data set, a file or folder, a shipped recipe, a recipe file, or a run folder.

    Parameters
    ----------
    source : str, Dataset, DataFrame, or pyarrow.Table
        "wine", "homes.csv", "photos/", "digits-best", "mine.toml", or "runs/mine", for example; or data in memory,
        which `gn.run_recipe` must be given again.
    **options
        Options of the source, such as target; see `gn.load`.

    Returns
    -------
    Recipe
        The recipe.

    Raises
    ------
    FileNotFoundError
        If a file is missing.
    ValueError
        If the source is unknown; the message suggests the closest match.

    Examples
    --------
    >>> load_recipe("wine").source
    'wine'
    >>> load_recipe("homes.csv", target="price").options
    {'target': 'price'}
    """
    if not isinstance(source, (str, Path)):
        return recipe_for_data(source, options)
    recipe = _recipe_of(str(source), options)
    return dataclasses.replace(recipe, options={**recipe.options, **options}) if options else recipe


def recipe_for_data(data: Any, options: Mapping[str, Any]) -> Recipe:
    """Return the default recipe for a Dataset or a DataFrame."""
    if isinstance(data, Dataset):
        is_bytes = getattr(data.X, "dtype", None) == np.uint8
        recipe, name = shipped("images" if data.image_shape and is_bytes else "table"), data.name
    else:
        recipe, name = shipped("table"), "table" if is_given_table(data) else "data"
    source = memory_source(name)
    return dataclasses.replace(recipe, name=resolve(source).stem, source=source, options=dict(options))


def _recipe_of(source: str, options: Mapping[str, Any]) -> Recipe:
    if source.endswith(".toml"):
        return read_recipe(source)
    if (Path(source) / "recipe.toml").is_file():
        return read_recipe(Path(source) / "recipe.toml")
    if source in shipped_names():
        return shipped(source)
    if data := find_source(source, options):
        recipe = shipped("images" if data.holds_images() else "table")
        if data.kind == BUILTIN:
            recipe = dataclasses.replace(recipe, quality="quick")
        return dataclasses.replace(recipe, name=data.stem, source=data.name, options=dict(options))
    known = dict.fromkeys([*shipped_names(), *SOURCES])
    if Path(source).is_file():
        raise ValueError(
            f"{source} is not a supported file: tables are {ENDINGS_TEXT} (pass --format for another name), arrays "
            ".npz, .npy, or IDX"
        )
    files = "a recipe file ending in .toml, a table (.csv, .xlsx, ...), .npz, .npy, IDX, or a folder of images"
    raise ValueError(f"{specs.unknown('source', source, known)}, or {files}")
