"""Names of rows and columns of the data: labels, cell values as text, and column names of a network's inputs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from glassnet.common.arrays import IntArray
from glassnet.data.dataset import Dataset
from glassnet.data.tables.table import BOOLEAN, Table
from glassnet.model import Model
from glassnet.report.evaluation import rounded

MISSING = "missing"


def column_names(data: Dataset) -> list[str]:
    """Return the column names; columns without a name are numbered."""
    return list(data.feature_names or (f"column {j}" for j in range(data.features)))


def cell_texts(data: Dataset, rows: IntArray, columns: Sequence[int]) -> list[list[str]]:
    """Return the values of the given columns as text, one list per row."""
    if not isinstance(data.X, Table):
        return [[rounded(float(row[j])) for j in columns] for row in data.X[rows]]
    few, names = data.X.take(rows), column_names(data)
    texts = [[_cell_text(value, few.kinds[names[j]]) for value in few[names[j]]] for j in columns]
    return [[column[i] for column in texts] for i in range(len(rows))]


def _cell_text(value: Any, kind: str) -> str:
    if value is None or value != value:  # NaN is not equal to itself
        return MISSING
    if kind == BOOLEAN:
        return "true" if value else "false"
    return value if isinstance(value, str) else rounded(float(value))


def row_labels(data: Dataset, rows: IntArray) -> list[str]:
    """Return the labels of the given rows: the row number in a table's file, from 1, or the file name of an image.

    Other rows are numbered within their split, from 0.
    """
    if data.row_names is not None:
        return [str(data.row_names[i]) for i in rows]
    return [str(data.X.number_of(i) if isinstance(data.X, Table) else i) for i in rows]


def row_label(data: Dataset, row: int) -> str:
    """Return the label of one row, for use within a sentence."""
    if isinstance(data.X, Table):
        return f"row {data.X.number_of(row)} of the file"
    if data.row_names is not None:
        return str(data.row_names[row])
    return f"row {row} (counted from 0)"


def rows_caption(data: Dataset, name: str) -> str:
    """Return a caption that explains the numbers of `row_labels`; name: the name of the split, such as "test set"."""
    if isinstance(data.X, Table):
        return f"Rows of the {name}; numbers count the rows of the file from 1, header not included"
    return f"Rows of the {name}, numbered from 0"


def same_rows(first: Dataset, second: Dataset) -> bool:
    """Return whether two data sets hold the same rows in the same order."""
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
    """Return the names of the network's inputs: the columns, or the columns of an encoded table."""
    if model.columns is None:
        return list(model.feature_names or (f"column {j}" for j in range(model.features)))
    numeric, indicators, one_hot, embedded = [], [], [], []
    for i, column in enumerate(model.columns.all):
        name = column.name or f"column {i}"
        if column.levels is None:
            numeric.append(name)
            if column.has_missing:
                indicators.append(f"{name} {MISSING}")
        elif column.is_embedded:
            embedded.append(name)
        else:
            one_hot += [f"{name} = {MISSING if level is None else level}" for level in column.levels]
    return numeric + indicators + one_hot + embedded
