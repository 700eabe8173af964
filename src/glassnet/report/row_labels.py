"""Names of rows and columns of the data: labels, cell values as text, and column names of a network's inputs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from glassnet.common.arrays import AnyArray, IntArray
from glassnet.common.numbers import rounded
from glassnet.data.dataset import Dataset
from glassnet.data.tables.table import BOOLEAN, Table
from glassnet.model import Model

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
    if isinstance(value, np.datetime64):
        return MISSING if np.isnat(value) else str(value).replace("T", " ").removesuffix(" 00:00:00")
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


def matching_order(first: Dataset, second: Dataset) -> IntArray | None:
    """Return the order of the second data set's rows in which they are those of the first, (n,); None if they differ.

    Rows of tables are matched by their number in the file, others by their values.
    """
    if first.class_names != second.class_names or first.y.shape != second.y.shape or first.features != second.features:
        return None
    one, other = first.X, second.X
    if isinstance(one, Table) != isinstance(other, Table):
        return None
    keys = [part.X.rows if isinstance(part.X, Table) else _row_bytes(part.X, part.y) for part in (first, second)]
    order = np.empty(len(first), np.int64)
    order[np.argsort(keys[0], kind="stable")] = np.argsort(keys[1], kind="stable")
    if not np.array_equal(keys[0], keys[1][order]) or not np.array_equal(first.y, second.y[order]):
        return None
    if isinstance(one, Table):
        moved = other.take(order)
        if one.columns != moved.columns or not all(_equal(one[name], moved[name]) for name in one.columns):
            return None
    return order


def _row_bytes(X: Any, y: AnyArray) -> AnyArray:
    """Return every row with its target as one value that can be sorted, (n,)."""
    rows = np.ascontiguousarray(np.column_stack([np.asarray(X), y]))
    return rows.view(f"V{rows.dtype.itemsize * rows.shape[1]}")[:, 0]


def _equal(one: Any, other: Any) -> bool:
    if one.dtype.kind == "f" and other.dtype.kind == "f":
        return np.array_equal(one, other, equal_nan=True)
    return one.tolist() == other.tolist()


def input_names(model: Model) -> list[str]:
    """Return the names of the first network's inputs; inputs without a name are numbered."""
    names = model.input_names
    return [f"column {j}" for j in range(model.networks[0].inputs)] if names is None else list(names.columns)
