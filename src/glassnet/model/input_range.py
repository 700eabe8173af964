"""Errors about numbers that are too large for a model, with the column, the row, and the raw number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from glassnet.common.checks import RangeError
from glassnet.common.selection import is_on_disk
from glassnet.data.tables.columns import label_of, row_number
from glassnet.data.tables.encoder import TableEncoder


@contextmanager
def naming_column(
    raw: Any, numbers: Any, columns: TableEncoder | None, feature_names: Sequence[str] | None
) -> Iterator[None]:
    """Name the raw column in a RangeError about rows encoded as `numbers`, (n, inputs)."""
    try:
        yield
    except RangeError as error:
        if is_on_disk(numbers) or error.column is None:
            raise
        if columns is not None:
            label = columns.numeric_labels[error.column]
        else:
            label = label_of(None if feature_names is None else feature_names[error.column], error.column)
        raise ValueError(
            f"{label} contains {numbers[error.row, error.column]:g} in row {row_number(raw, error.row)}, which is too "
            "large for this model"
        ) from None
