"""Columns of a Table, DataFrame, or array: their values, missing values, and levels."""

from __future__ import annotations

import reprlib
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import NoneType
from typing import Any

import numpy as np

from glassnet.common.arrays import AnyArray
from glassnet.common.specs import closest, join_names

MAX_ONE_HOT_LEVELS = 12
"""Categorical columns with more levels are embedded; the others are one-hot encoded."""

MISSING = None
"""The level of missing values in a categorical column."""

MAX_FLOAT = sys.float_info.max
"""The largest float; Python's integers may be larger."""


class UnseenError(ValueError):
    """Raised for a category or a missing value in a column where training had none."""


@dataclass(frozen=True)
class ColumnEncoder:
    """Encoding of one column.

    Attributes
    ----------
    name : str or None
        Name of the column, None if columns have no names.
    levels : tuple or None
        Levels of a categorical column, None for numbers.
    fill : float
        Replacement of missing numbers.
    has_missing : bool
        Whether the training table had missing values in this column; only then later tables may have some.
    """

    name: str | None
    levels: tuple[Any, ...] | None = None
    fill: float = 0.0
    has_missing: bool = False

    @property
    def is_embedded(self) -> bool:
        """Whether the column has too many levels for one-hot encoding."""
        return self.levels is not None and len(self.levels) > MAX_ONE_HOT_LEVELS

    @property
    def width(self) -> int:
        """Number of encoded columns."""
        if self.levels is None:
            return 1 + self.has_missing
        return 1 if self.is_embedded else len(self.levels)


def row_number(table: Any, row: int) -> int:
    """Return the number of a row in messages: the table's own `number_of`, or the position from 0."""
    return int(table.number_of(row)) if hasattr(table, "number_of") else row


def is_table(X: Any) -> bool:
    """Return whether X is a Table or a DataFrame."""
    return hasattr(X, "columns") and hasattr(X, "__getitem__") and not isinstance(X, np.ndarray)


def in_order(table: Any, names: Sequence[str]) -> Iterator[Any]:
    """Return a DataFrame's columns in the order of the names; raise ValueError if one is missing or unknown."""
    of_name = dict(zip(names_of(table), table.columns, strict=True))
    for known, wanted, what in ((of_name, names, "has no"), (set(names), of_name, "contains an unknown")):
        if lost := join_names([repr(name) for name in wanted if name not in known]):
            trained = join_names([repr(name) for name in names])
            raise ValueError(f"the table {what} column {lost}; training had {trained}")
    return (table[of_name[name]] for name in names)


def categorical_columns(X: Any) -> list[str]:
    """Return the labels of a DataFrame's columns that are not numeric.

    >>> import pandas as pd
    >>> categorical_columns(pd.DataFrame({"age": [1, 2], "city": ["Rome", "Oslo"]}))
    ["column 'city'"]
    """
    labeled = [(label_of(name, i), column) for i, (name, column) in enumerate(columns_of(X))]
    return [label for label, column in labeled if values_of(label, column)[0].dtype.kind != "f"]


def label_of(name: str | None, index: int) -> str:
    """Return the label of a column in messages."""
    return f"column {index if name is None else repr(name)}"


def names_of(table: Any) -> list[str | None]:
    """Return the name of each column, None for the columns of an array."""
    if not is_table(table):
        array = np.asarray(table)
        if array.ndim != 2:
            raise ValueError(f"X must be a table with rows and columns, got shape {array.shape}")
        return [None] * array.shape[1]
    names: list[str | None] = [str(name) for name in table.columns]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the table has more than one column {twice!r}; rename one of them")
    return names


def columns_of(table: Any) -> Iterator[tuple[str | None, Any]]:
    """Yield the name of each column and the column itself, which is read from its file on access."""
    names = names_of(table)
    if not is_table(table):
        yield from zip(names, np.asarray(table).T, strict=True)
    else:
        yield from ((name, table[key]) for name, key in zip(names, table.columns, strict=True))


def values_of(label: str, column: Any) -> tuple[AnyArray, AnyArray, bool]:
    """Return a column's values, a mask of the missing ones, and whether its dtype is categorical.

    Values are floats if all of them are numbers, (n,); otherwise objects.
    """
    dtype = str(column.dtype)
    is_marked = dtype == "category" or dtype.startswith(("Categorical", "Enum"))
    values = column if isinstance(column, np.ndarray) else column.to_numpy()
    if values.dtype.kind in "mM":
        raise ValueError(
            f"{label} contains dates or times; convert them to numbers first (days since a date, the month)"
        )
    if values.dtype.kind in "biu":
        values = values.astype(np.float64)
    if values.dtype.kind == "f":
        return values, np.isnan(values), is_marked
    if str in (kinds := set(map(type, values.tolist()))) and kinds <= {str, NoneType}:
        return values, np.fromiter((value is None for value in values.tolist()), bool, len(values)), is_marked
    values = np.fromiter((_python_value(value) for value in values), object, len(values))
    missing = np.array([_is_missing(value) for value in values.tolist()], bool)
    present = values[~missing]
    if not is_marked and all(is_number(value) for value in present.tolist()):
        numbers = np.full(len(values), np.nan)
        numbers[~missing] = present.astype(np.float64)
        return numbers, missing, False
    return values, missing, is_marked


def _python_value(value: Any) -> Any:
    """Return a NumPy scalar as the Python object."""
    return value.item() if isinstance(value, np.generic) else value


def is_number(value: Any) -> bool:
    """Return whether a value is a number that a float can represent."""
    return isinstance(value, float) or (isinstance(value, int) and -MAX_FLOAT <= value <= MAX_FLOAT)


def _is_missing(value: Any) -> bool:
    # NaN is not equal to itself; pandas' NA and NaT are recognized by type, since comparing them raises.
    return (
        value is None or type(value).__name__ in ("NAType", "NaTType") or (isinstance(value, float) and value != value)
    )


def _level(table: Any, label: str, value: Any, row: int) -> Any:
    """Return a value that may be a level, text or a number; raise ValueError otherwise."""
    if isinstance(value, str) or is_number(value):
        return value
    where = f"in row {row_number(table, row)}"
    raise ValueError(f"{label} contains {reprlib.repr(value)} {where}, which is neither text nor a number")


def levels_in(table: Any, label: str, values: AnyArray, missing: AnyArray) -> list[Any]:
    """Return the distinct values, sorted."""
    if set(map(type, present := values[~missing].tolist())) <= {str}:
        return in_order_of_value(set(present))
    return in_order_of_value({_level(table, label, values[row], row) for row in np.flatnonzero(~missing).tolist()})


def in_order_of_value(levels: set[Any]) -> list[Any]:
    """Return levels sorted by value; text after numbers."""
    try:
        return sorted(levels)
    except TypeError:  # text and numbers mixed, which have no order
        return sorted(levels, key=lambda level: (type(level).__name__, str(level)))


def levels_of(table: Any, column: ColumnEncoder, label: str, values: AnyArray, missing: AnyArray) -> AnyArray:
    """Return the index of each row's level, (n,)."""
    assert column.levels is not None
    number = {level: i for i, level in enumerate(column.levels)}
    codes = np.empty(len(values), np.int64)
    for row, (value, is_missing) in enumerate(zip(values.tolist(), missing, strict=True)):
        code = number.get(MISSING if is_missing else _level(table, label, value, row))
        if code is None:
            near, far = closest(value, [str(level) for level in column.levels if level is not MISSING])
            known = near + far
            shown = ", ".join(known[:MAX_ONE_HOT_LEVELS]) + (", …" if len(known) > MAX_ONE_HOT_LEVELS else "")
            where = f"in row {row_number(table, row)}"
            raise UnseenError(
                f"{label} contains {reprlib.repr(value)} {where}, which did not occur in training; known: {shown}"
            )
        codes[row] = code
    return codes
