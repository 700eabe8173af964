"""Errors about numbers that are too large for a model, with the column, the row, and the raw number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from glassnet.common.arrays import AnyArray
from glassnet.common.checks import RangeError
from glassnet.data.tables.columns import label_of, row_number
from glassnet.data.tables.encoder import TableEncoder


@contextmanager
def naming_column(
    raw: Any, rows: AnyArray, first: int, columns: TableEncoder | None, feature_names: Sequence[str] | None
) -> Iterator[None]:
    """Name the raw column in a RangeError about encoded rows, (n, inputs). first: where in `raw` they begin."""
    try:
        yield
    except RangeError as error:
        if error.column is None:
            raise
        if columns is not None:
            label = columns.numeric_labels[error.column]
        else:
            label = label_of(None if feature_names is None else feature_names[error.column], error.column)
        raise ValueError(
            f"{label}, row {row_number(raw, first + error.row)}: {rows[error.row, error.column]:g} is too far from the "
            "values of training for this model"
        ) from None
