"""Tables as raw rows of a model: its columns in any order, with the same rules in Python and on the command line."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from types import NoneType
from typing import Any

import numpy as np

from glassnet.common.arrays import AnyArray
from glassnet.common.specs import closest, join_names
from glassnet.data.tables.arrow import text_array
from glassnet.data.tables.column_encoder import ColumnEncoder
from glassnet.data.tables.columns import columns_of, names_of, values_of
from glassnet.data.tables.date_formats import parsed_dates
from glassnet.data.tables.encoder import TableEncoder
from glassnet.data.tables.reader import split_names
from glassnet.data.tables.table import Table

IGNORED = ("target", "drop", "group")
"""Options of a recipe that name columns which a table may have although they are no features."""


def options_in(recipe: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """Return the options for reading the data in the recipe of a model file; {} if it has none."""
    data = None if recipe is None else recipe.get("data")
    options = data.get("options") if isinstance(data, Mapping) else None
    return options if isinstance(options, Mapping) else {}


def ignored_columns(recipe: Mapping[str, Any] | None, names: Sequence[str]) -> set[str]:
    """Return the names of the columns that training did not use as features. names: of the columns of the table."""
    found: set[str] = set()
    for option in IGNORED:
        value = options_in(recipe).get(option, ())
        if option == "drop":
            found.update(split_names(option, value, names))
        elif isinstance(value, str):
            found.add(value)
    return found


def check_columns(label: str, names: Sequence[str], features: Sequence[str], ignored: Collection[str]) -> None:
    """Raise ValueError if a table lacks a feature, or has a column that training did not have.

    label: name of the table in messages. names: of its columns, "" for a column without a name.
    """
    there = {name or f"column {i + 1}" for i, name in enumerate(names)}
    if lost := [name for name in features if name not in there]:
        near, others = closest(lost[0], filter(None, names))
        listed = join_names(list(map(repr, lost)))
        columns = "column" if len(lost) == 1 else "columns"
        raise ValueError(
            f"{label} has no {columns} {listed}, which the model needs; its columns are {join_names(near + others)}"
        )
    if more := [name for name in filter(None, names) if name not in features and name not in ignored]:
        columns, are, them = ("a column", "is", "it") if len(more) == 1 else ("columns", "are", "them")
        raise ValueError(
            f"{label} has {columns} {join_names(list(map(repr, more)))} that {are} unknown to the model; ignore {them} "
            f"with --drop, or rename {them} to one of {join_names(list(features))}"
        )


class Records:
    """Rows given as Python values, as columns by name, which `raw_table` reads.

    >>> records([{"area": 80.0, "city": "Bern"}, {"area": 50.0, "city": None}])["city"]
    array(['Bern', None], dtype=object)
    """

    def __init__(self, names: Sequence[Any], rows: Sequence[Sequence[Any]]) -> None:
        self.columns = tuple(map(str, names))
        self._values = dict(zip(self.columns, zip(*rows, strict=True), strict=True))

    def __getitem__(self, name: str) -> AnyArray:
        values = self._values[name]
        if set(map(type, values)) <= {float, int}:
            with suppress(OverflowError):  # an integer that is too large for a float
                return np.array(values, np.float64)
        return np.fromiter(values, object, len(values))


def records(raw: Any, features: Sequence[str] | None = None) -> Any:
    """Return a row as a dict, or a list of rows, as Records; other data as they are.

    features: names of the columns, for rows that are lists; without them, only dicts are converted.
    """
    rows = [raw] if isinstance(raw, Mapping) else raw
    if not isinstance(rows, (list, tuple)) or not rows:
        return raw
    if not isinstance(rows[0], Mapping):
        if features is None or not all(isinstance(row, (list, tuple)) and len(row) == len(features) for row in rows):
            return raw
        return Records(features, rows)
    names = list(rows[0])
    for i, row in enumerate(rows):
        if not isinstance(row, Mapping) or row.keys() != rows[0].keys():
            got = join_names(list(map(str, row))) if isinstance(row, Mapping) else repr(row)
            wanted = join_names(list(map(str, names)))
            raise ValueError(f"row {i} must have the columns of row 0, {wanted} (None if missing), got {got}")
    return Records(names, [[row[name] for name in names] for row in rows])


def raw_table(
    data: Any, features: Sequence[str], columns: TableEncoder | None, recipe: Mapping[str, Any] | None
) -> Table:
    """Return the features of a Table or DataFrame as a Table.

    Numbers in a column whose categories are text become texts, and texts in a column of dates become dates. columns:
    the encoder of the model, if it has one.
    """
    names = [str(name) for name in names_of(data)]
    check_columns("the table", names, features, ignored_columns(recipe, names))
    if isinstance(data, Table):
        return data.without(*(name for name in names if name not in features))
    encoders = dict(zip(features, [None] * len(features) if columns is None else columns.all, strict=True))
    dayfirst = options_in(recipe).get("dayfirst") is not False
    found = {
        str(name): _values(column, encoders[str(name)], dayfirst)
        for name, column in columns_of(data)
        if str(name) in encoders
    }
    return Table(found, first_row=0)


def has_text_levels(column: ColumnEncoder) -> bool:
    """Return whether all categories of a column are texts."""
    return column.levels is not None and all(isinstance(level, (str, NoneType)) for level in column.levels)


def _values(column: Any, encoder: ColumnEncoder | None, dayfirst: bool) -> AnyArray:
    """Return the values of a DataFrame's column, (n,), None or NaN where missing."""
    values, missing, _ = values_of(column)
    if values.dtype == object:
        values = values.copy()
        values[missing] = None
        if encoder is not None and encoder.date_parts and set(map(type, values.tolist())) <= {str, NoneType}:
            dates = parsed_dates(text_array(["" if value is None else value for value in values.tolist()]), dayfirst)
            return values if (np.isnat(dates) & ~missing).any() else dates
        return values
    if encoder is not None and values.dtype.kind == "f" and has_text_levels(encoder):
        texts = [None if np.isnan(value) else f"{value:.15g}" for value in values.tolist()]
        return np.fromiter(texts, object, len(texts))
    return values
