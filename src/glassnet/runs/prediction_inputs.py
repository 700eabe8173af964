"""Inputs of predictions: tables, arrays, or images as raw rows for a trained model.

Columns of a table are matched by name, in any order, and read as in training.
"""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from glassnet.common.arrays import AnyArray
from glassnet.common.specs import join_messages, join_names
from glassnet.common.text import printable
from glassnet.common.user_warnings import warn
from glassnet.data.arrays import is_array_file, read_rows
from glassnet.data.dataset import Dataset
from glassnet.data.images.folders import image_paths, read_images
from glassnet.data.tables.arrow import text_array
from glassnet.data.tables.column_encoder import ColumnEncoder
from glassnet.data.tables.file_formats import ENDINGS_TEXT, label_of
from glassnet.data.tables.number_formats import POINT, parsed, separators
from glassnet.data.tables.reader import column_names, is_table_file, read_table, split_names
from glassnet.data.tables.table import Table
from glassnet.data.tables.targets import class_names_of, has_value, number_name, numbers_of
from glassnet.data.tables.unseen import UnseenError
from glassnet.model import Model, load_model
from glassnet.model.raw_tables import check_columns, has_text_levels
from glassnet.recipes.recipe import Recipe, recipe_from_spec
from glassnet.runs.identity import warn_if_mixed
from glassnet.runs.invalid_cells import with_valid_cells

MAX_LISTED_ROWS = 10
"""Maximum number of skipped rows that are listed by number."""


def with_advice(error: ValueError) -> str:
    """Return the message of an error about invalid rows, with advice if such rows can be skipped."""
    return f"{error}; use --skip-invalid to skip such rows" if isinstance(error, UnseenError) else str(error)


@dataclass(frozen=True)
class Inputs:
    """Raw rows for a model, all from one file, or one row for each of several images.

    kind: "row" or "image". labels: (n,), the number of each row in the file, from 1, or the path of each image. truth:
    (n,), the target of each row, if the file has it.
    """

    raw: Any
    kind: str
    labels: Sequence[Any]
    file: str
    truth: AnyArray | None = None

    @property
    def name(self) -> str:
        """The name of the file in messages."""
        return label_of(self.file)


@dataclass(frozen=True)
class ReadOptions:
    """How files are read for a trained model, in addition to the options of training.

    drop, na_value: columns of tables to ignore, and texts that mark missing values. skip_invalid: skip images that
    cannot be read, and rows with cells that do not fit the model. format, sheet, skip_footer: see `read_table`.
    """

    drop: Sequence[str] = ()
    na_value: Sequence[str] = ()
    skip_invalid: bool = False
    format: str | None = None
    sheet: str | None = None
    skip_footer: int | None = None

    @property
    def of_file(self) -> dict[str, Any]:
        """The options for opening a file."""
        return {"format": self.format, "sheet": self.sheet, "skip_footer": self.skip_footer}


def read_inputs(model: Model, paths: Sequence[str | Path], options: ReadOptions = ReadOptions()) -> list[Inputs]:
    """Return the inputs in the given paths, in order; consecutive images are combined into one Inputs.

    Raises ValueError, with the file's name, for input that does not fit the model.
    """
    found: list[Inputs] = []
    images: list[str] = []
    for path in map(str, paths):
        read = _table if options.format is not None else next(read for matches, read in KINDS if matches(path))
        if read is None:
            images.append(path)
            continue
        if images:
            found.append(_images(model, images, options.skip_invalid))
            images = []
        found.append(read(model, path, options))
    return found + ([_images(model, images, options.skip_invalid)] if images else [])


def read_labeled(
    model: Model,
    path: str,
    target: str | None = None,
    options: ReadOptions = ReadOptions(),
) -> Dataset:
    """Return a table with its targets, to evaluate a model.

    target: the target column, by default that of training. The option `skip_invalid` also skips rows whose target is
    missing or unknown to the model.
    """
    target = target or target_of(model)
    if target is None:
        raise ValueError(f"{path} needs --target, the column with the true values")
    recipe = recipe_of(model)
    target_is_text = recipe is not None and target in _options(recipe, "categorical")
    table = _read(model, path, options, target, target_is_text)
    if target not in table.columns:
        raise ValueError(f"{label_of(path)} has no column {target!r} with the true values")
    if options.skip_invalid:
        table = _rows_with_known_target(model, table, target, label_of(path))
    table = _known_rows(model, table, target, label_of(path), options.skip_invalid)
    try:
        y = numbers_of(table, target) if model.class_names is None else class_names_of(table, target)
        return Dataset(table.without(target), y, model.class_names, name=path)
    except ValueError as error:
        raise ValueError(f"{label_of(path)}: {error}") from None


def _rows_with_known_target(model: Model, table: Table, target: str, label: str) -> Table:
    """Return the rows of a table whose target is known to the model, and warn about the others."""
    available, kept = has_value(table[target]), np.ones(len(table), bool)
    if model.class_names is not None:
        known = set(map(str, model.class_names))
        kept[available] = [name in known for name in class_names_of(table.take(available), target)]
    kept &= available
    skipped = np.flatnonzero(~kept)
    if len(skipped) == len(table):
        raise ValueError(f"{label}: column {target!r} has no value that the model can predict")
    if len(skipped):
        rows = join_names([str(table.number_of(int(row))) for row in skipped], MAX_LISTED_ROWS)
        count = f"{len(skipped):,} row{'s' * (len(skipped) != 1)}"
        warn(f"skipped {count} of {label} with a missing or unknown target {target!r}: {rows}")
    return table.take(kept)


def recipe_of(model: Model) -> Recipe | None:
    """Return the recipe of a model, or None if it has no valid one."""
    try:
        return None if model.recipe is None else recipe_from_spec(model.recipe)
    except (ValueError, TypeError):
        return None


def load_for_inputs(path: str | Path, unseen: str | None = None, **options: Any) -> Model:
    """Return the model in a file or run folder, with other options for its inputs than those of training.

    unseen: see `Model.with_unseen`. options: for reading tables; see `read_table`. None keeps an option. Warns if the
    run folder has metrics of another run. Raises ValueError for options of tables if the model was not trained on one.
    """
    model = load_model(path)
    warn_if_mixed(model, path)
    return _with_reading(model if unseen is None else model.with_unseen(unseen), options)


def _with_reading(model: Model, options: Mapping[str, Any]) -> Model:
    """Return the model with other options for reading tables in its recipe."""
    given = {name: value for name, value in options.items() if value is not None}
    if not given:
        return model
    recipe = recipe_of(model)
    if recipe is None or "target" not in recipe.options:
        raise ValueError(f"--{next(iter(given)).replace('_', '-')} applies to models that were trained on a table file")
    kept = dict(recipe.options)
    if given.keys() & {"decimal", "thousands"}:  # the one that is not given follows from the other
        kept = {name: value for name, value in kept.items() if name not in ("decimal", "thousands")}
    other = copy.copy(model)
    other.recipe = dataclasses.replace(recipe, options=kept | given).to_spec()
    return other


def target_of(model: Model) -> str | None:
    """Return the name of the target column that a model was trained on, or None if it is unknown."""
    recipe = recipe_of(model)
    target = None if recipe is None else recipe.options.get("target")
    return target if isinstance(target, str) else None


def _table(model: Model, path: str, options: ReadOptions) -> Inputs:
    target = target_of(model)
    table = _read(model, path, options, target, target_is_text=True)
    table = _known_rows(model, table, target, label_of(path), options.skip_invalid)
    truth = None
    if target in table.columns:
        truth, table = _truth(model, table[target]), table.without(target)
    is_whole = len(table) == len(table.whole())
    labels = range(1, len(table) + 1) if is_whole else (table.rows + 1).tolist()
    return Inputs(table, "row", labels, path, truth)


def _known_rows(model: Model, table: Table, target: str | None, label: str, skip_invalid: bool) -> Table:
    """Return the table; if skip_invalid is set, without rows of unseen values, which are listed in a warning."""
    if not skip_invalid or model.columns is None:
        return table
    unknown = model.columns.unknown(table if target is None else table.without(target))
    if not unknown:
        return table
    reasons = [f"row {table.number_of(row)}: {why}" for row, why in unknown.items()]
    count = f"{len(unknown):,} of {len(table):,}"
    which = f"{count} rows of {label} with values not seen in training: {join_messages(reasons)}"
    return _without(table, list(unknown), which)


def _read(model: Model, path: str, options: ReadOptions, target: str | None, target_is_text: bool) -> Table:
    """Return the model's columns of a table file, and the target if present, as text if `target_is_text`."""
    if model.feature_names is None:
        if model.image_transform is not None:
            raise ValueError(f"{path} is a table, but the model was trained on images")
        raise ValueError(f"the model has no column names; use an .npz file instead of {path}")
    recipe = recipe_of(model)
    layout = _layout(model, path, target, options)
    names = column_names(path, **layout)
    available = dict.fromkeys(name or f"column {i + 1}" for i, name in enumerate(names))
    required = dict.fromkeys(model.feature_names)
    left_out = [*options.drop, *(name for key in ("drop", "group") if recipe for name in _options(recipe, key))]
    ignored = {*([] if target is None else [target]), *split_names("drop", left_out, names)}
    check_columns(label_of(path), names, model.feature_names, ignored)
    columns = () if model.columns is None else model.columns.all
    text_columns = dict.fromkeys(str(column.name) for column in columns if _is_text(column))
    dates = {str(column.name) for column in columns if column.date_parts}
    numeric = [name for name in required if name not in text_columns and name not in dates]
    read = partial(
        read_table,
        path,
        na_value=(na_value := [*options.na_value, *([] if recipe is None else _options(recipe, "na_value"))]),
        drop=[name for name in available if name not in required and name != target],
        dayfirst=(dayfirst := _option(model, "dayfirst")),
        **layout,
        **_separators(model),
    )
    categorical = [*text_columns, *([target] if target in available and target_is_text else [])]
    try:
        table = read(categorical=categorical, numeric=numeric, date=dates)
    except ValueError as error:
        texts = read(categorical=[name for name in available if name in required or name in categorical])
        by = separators(**_separators(model)) or POINT
        table, invalid = with_valid_cells(texts, numeric, dates, by, na_value, dayfirst is not False)
        if not invalid:
            raise
        table = _without_invalid(table, invalid, label_of(path), options.skip_invalid, error)
    for name in required if model.columns is None else ():
        if np.isnan(table[name]).any():
            row = int(np.isnan(table[name]).argmax())
            raise ValueError(
                f"{label_of(path)}: column {name!r} has no value in row {row + 1}, but had none missing in training"
            )
    return table


def _without_invalid(
    table: Table, invalid: Mapping[int, str], label: str, skip_invalid: bool, error: ValueError
) -> Table:
    """Return the table without invalid rows, which are listed in a warning; raise ValueError if they are not skipped.

    invalid: reasons by row. error: the error that reading the table raised.
    """
    reasons = [f"row {table.number_of(row)}: {reason}" for row, reason in invalid.items()]
    if not skip_invalid:
        if f"row {table.number_of(next(iter(invalid)))}:" in str(error):
            raise error
        raise ValueError(f"{label}, {reasons[0]}, unlike in training; use --skip-invalid to skip such rows")
    which = f"{len(invalid):,} of {len(table):,} rows of {label} with invalid values: {join_messages(reasons)}"
    return _without(table, list(invalid), which)


def _without(table: Table, rows: Sequence[int], which: str) -> Table:
    """Return the table without some rows, and warn about them; raise ValueError if none are left."""
    if len(rows) == len(table):
        raise ValueError(f"no rows are left after skipping {which}")
    warn(f"skipped {which}")
    kept = np.ones(len(table), bool)
    kept[list(rows)] = False
    return table.take(kept)


def _separators(model: Model) -> dict[str, Any]:
    """Return the decimal and thousands separators of training, as options of `read_table`."""
    return {name: _option(model, name) for name in ("decimal", "thousands")}


def _layout(model: Model, path: str, target: str | None, options: ReadOptions) -> dict[str, Any]:
    """Return where the column names of a text file are, as in training; a file without a header may lack the target."""
    layout = {name: value for name in ("header", "names", "skip_lines") if (value := _option(model, name)) is not None}
    names = layout.get("names", ())
    names = [name.strip() for name in names.split(",")] if isinstance(names, str) else list(names)
    if target in names:
        count = len(column_names(path, **options.of_file, header=False, skip_lines=layout.get("skip_lines", 0)))
        layout["names"] = [name for name in names if name != target] if count == len(names) - 1 else names
    recipe = recipe_of(model)
    if options.skip_footer is None and recipe is not None and path == recipe.source:
        options = dataclasses.replace(options, skip_footer=recipe.options.get("skip_footer"))
    return layout | options.of_file


def _option(model: Model, name: str) -> Any:
    """Return an option of the recipe of a model, or None if it was not given."""
    recipe = recipe_of(model)
    return None if recipe is None else recipe.options.get(name)


def _is_text(column: ColumnEncoder) -> bool:
    return not column.width or has_text_levels(column)  # what is left out may contain any text


def _options(recipe: Recipe, name: str) -> list[str]:
    """Return a table option of a recipe as a list of strings."""
    value = recipe.options.get(name, ())
    return [value] if isinstance(value, str) else [str(one) for one in value]


def _truth(model: Model, texts: AnyArray) -> AnyArray | None:
    """Return the targets in the form of the model's predictions, or None if any is missing or unknown.

    Targets are optional for prediction, so invalid ones raise no error.
    """
    if None in texts.tolist():
        return None
    numbers, is_number, _ = parsed(text_array(texts), separators(**_separators(model)) or POINT)
    if model.class_names is None:
        return numbers if is_number.all() else None
    known = set(model.class_names)
    found = []
    for text, number in zip(texts.tolist(), numbers.tolist(), strict=True):
        spellings = [text, text.lower(), number_name(number)]
        found.append(next((one for one in spellings if one in known), None))
    return None if None in found else np.array(found)


def _rows(model: Model, path: str, _: ReadOptions) -> Inputs:
    rows = read_rows(path)
    if rows.ndim != 2 or rows.shape[1] != model.features:
        raise ValueError(f"{path} has rows of shape {rows.shape[1:]}, but the model expects {model.features} features")
    return Inputs(rows, "row", range(1, len(rows) + 1), path)


def _images(model: Model, paths: Sequence[str], skip_invalid: bool) -> Inputs:
    if model.image_transform is None:
        raise ValueError(
            f"{printable(paths[0])} is not a supported file for this model; use a table ({ENDINGS_TEXT}) or arrays "
            "(.npz, .npy)"
        )
    found = image_paths(paths)
    rows, kept = read_images(found, model.image_transform, skip_invalid)
    return Inputs(rows, "image", tuple(printable(str(found[i])) for i in kept), paths[0])


KINDS: Sequence[tuple[Callable[[str], bool], Callable[..., Inputs] | None]] = (
    (is_table_file, _table),
    (is_array_file, _rows),
    (lambda path: True, None),
)
"""Kinds of files and their readers; anything else is an image or a folder of images."""
