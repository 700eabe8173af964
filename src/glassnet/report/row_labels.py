"""Rows of the data as people read them: what columns are called, what stands in them, which row of a file it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from glassnet.common.arrays import IntArray
from glassnet.data.dataset import Dataset
from glassnet.data.tables.table import BOOLEAN, Table
from glassnet.model import Model
from glassnet.report.findings import rounded

MISSING = "missing"


def column_names(part: Dataset) -> list[str]:
    """Return what the columns are called; those without names by their place."""
    return list(part.feature_names or (f"column {j}" for j in range(part.features)))


def cells(part: Dataset, rows: IntArray, columns: Sequence[int]) -> list[list[str]]:
    """Return what stands in these columns of these rows, a list for each row."""
    if not isinstance(part.X, Table):
        return [[rounded(float(row[j])) for j in columns] for row in part.X[rows]]
    few, names = part.X.take(rows), column_names(part)
    told = [[_told(value, few.kinds[names[j]]) for value in few[names[j]]] for j in columns]
    return [[column[place] for column in told] for place in range(len(rows))]


def _told(value: Any, kind: str) -> str:
    if value is None or value != value:  # NaN is not equal to itself
        return MISSING
    if kind == BOOLEAN:
        return "true" if value else "false"
    return value if isinstance(value, str) else rounded(float(value))


def places(part: Dataset, rows: IntArray) -> list[str]:
    """Return how these rows are called: of a table by their number in the file, from 1, of pictures by their file.

    Others by their number in the part, from 0.
    """
    if part.row_names is not None:
        return [str(part.row_names[i]) for i in rows]
    return [str(part.X.number_of(i) if isinstance(part.X, Table) else i) for i in rows]


def place_told(part: Dataset, row: int) -> str:
    """Return which row one is, as a sentence says it."""
    if isinstance(part.X, Table):
        return f"row {part.X.number_of(row)} of the file"
    if part.row_names is not None:
        return str(part.row_names[row])
    return f"row {row} of the part, counted from 0"


def places_told(part: Dataset, name: str) -> str:
    """Return what `places` counts, as a caption; `name` is that of the part."""
    if isinstance(part.X, Table):
        return f"Rows of the {name} part by their number in the file, the first below its header being 1"
    return f"Rows of the {name} part, counted from 0"


def are_same(first: Dataset, second: Dataset) -> bool:
    """Return whether two parts hold the very same rows, in the same order."""
    if first.class_names != second.class_names or not np.array_equal(first.y, second.y):
        return False
    one, other = first.X, second.X
    if not isinstance(one, Table) or not isinstance(other, Table):
        return type(one) is type(other) and np.array_equal(one, other)
    return one.columns == other.columns and all(_equal(one[name], other[name]) for name in one.columns)


def _equal(one: Any, other: Any) -> bool:
    if one.dtype.kind == "f" and other.dtype.kind == "f":
        return np.array_equal(one, other, equal_nan=True)
    return one.tolist() == other.tolist()


def input_names(model: Model) -> list[str]:
    """Return what the network's inputs are called: the columns, or what a table's columns became."""
    if model.columns is None:
        return list(model.feature_names or (f"column {j}" for j in range(model.features)))
    numbers, marks, levels, codes = [], [], [], []
    for place, column in enumerate(model.columns.all):
        name = column.name or f"column {place}"
        if column.levels is None:
            numbers.append(name)
            if column.has_gaps:
                marks.append(f"{name} {MISSING}")
        elif column.is_embedded:
            codes.append(name)
        else:
            levels += [f"{name} = {MISSING if level is None else level}" for level in column.levels]
    return numbers + marks + levels + codes
