"""One column of a table, whatever the table is: its values, missing values, and levels."""

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

MOST_LEVELS = 12
"""Categories of more levels than this are embedded; those of fewer get a column per level."""

MISSING = None
"""The level that stands for a gap in a category."""

LARGEST = sys.float_info.max
"""The largest number that a float can hold; Python's whole numbers go further."""


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
        Levels of a category, None for numbers.
    fill : float
        Replacement of missing numbers.
    has_gaps : bool
        Whether the training table had missing values in this column; only then later tables may have some.
    """

    name: str | None
    levels: tuple[Any, ...] | None = None
    fill: float = 0.0
    has_gaps: bool = False

    @property
    def is_embedded(self) -> bool:
        """Whether its levels are too many for a column each."""
        return self.levels is not None and len(self.levels) > MOST_LEVELS

    @property
    def width(self) -> int:
        """How many columns of numbers it becomes."""
        if self.levels is None:
            return 1 + self.has_gaps
        return 1 if self.is_embedded else len(self.levels)


def row_number(table: Any, row: int) -> int:
    """Return what a row of a table is called in messages: its place from 0, or what the table itself says."""
    return int(table.number_of(row)) if hasattr(table, "number_of") else row


def is_table(X: Any) -> bool:
    """Return whether X is a Table or a DataFrame, whose columns have names and kinds of their own."""
    return hasattr(X, "columns") and hasattr(X, "__getitem__") and not isinstance(X, np.ndarray)


def in_order(table: Any, names: Sequence[str]) -> Iterator[Any]:
    """Give a DataFrame's columns in the order of these names; ValueError where one is missing or unknown."""
    of_name = dict(zip(names_of(table), table.columns, strict=True))
    for known, wanted, what in ((of_name, names, "has no"), (set(names), of_name, "contains an unknown")):
        if lost := join_names([repr(name) for name in wanted if name not in known]):
            trained = join_names([repr(name) for name in names])
            raise ValueError(f"the table {what} column {lost}; training had {trained}")
    return (table[of_name[name]] for name in names)


def categorical_columns(X: Any) -> list[str]:
    """Return the names of a DataFrame's columns that hold something other than numbers.

    >>> import pandas as pd
    >>> categorical_columns(pd.DataFrame({"age": [1, 2], "city": ["Rome", "Oslo"]}))
    ["column 'city'"]
    """
    labeled = [(label_of(name, i), column) for i, (name, column) in enumerate(columns_of(X))]
    return [label for label, column in labeled if values_of(label, column)[0].dtype.kind != "f"]


def label_of(name: str | None, index: int) -> str:
    """Return what to call a column in messages."""
    return f"column {index if name is None else repr(name)}"


def names_of(table: Any) -> list[str | None]:
    """Return the name of every column, None for each of an array's."""
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
    """Give the name of every column and the column itself, which is read from its file only now."""
    names = names_of(table)
    if not is_table(table):
        yield from zip(names, np.asarray(table).T, strict=True)
    else:
        yield from ((name, table[key]) for name, key in zip(names, table.columns, strict=True))


def values_of(label: str, column: Any) -> tuple[AnyArray, AnyArray, bool]:
    """Return a column's values, where one is missing, and whether it is marked as categories.

    Values are floats where all of them are numbers, (n,); else objects.
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
    values = np.fromiter((_plain(value) for value in values), object, len(values))
    missing = np.array([_is_missing(value) for value in values.tolist()], bool)
    present = values[~missing]
    if not is_marked and all(is_number(value) for value in present.tolist()):
        numbers = np.full(len(values), np.nan)
        numbers[~missing] = present.astype(np.float64)
        return numbers, missing, False
    return values, missing, is_marked


def _plain(value: Any) -> Any:
    """Return Python's own number for one of NumPy's."""
    return value.item() if isinstance(value, np.generic) else value


def is_number(value: Any) -> bool:
    """Return whether this is a number, and not a whole one beyond what a float can hold."""
    return isinstance(value, float) or (isinstance(value, int) and -LARGEST <= value <= LARGEST)


def _is_missing(value: Any) -> bool:
    # NaN differs from itself; pandas' NA and NaT say so by their type, and refuse to be compared.
    return (
        value is None or type(value).__name__ in ("NAType", "NaTType") or (isinstance(value, float) and value != value)
    )


def _level(table: Any, label: str, value: Any, row: int) -> Any:
    """Return a value that may be a level: a word, or a number."""
    if isinstance(value, str) or is_number(value):
        return value
    where = f"in row {row_number(table, row)}"
    raise ValueError(f"{label} contains {reprlib.repr(value)} {where}, which is neither text nor a number")


def levels_in(table: Any, label: str, values: AnyArray, missing: AnyArray) -> list[Any]:
    """Return the different values, in order."""
    if set(map(type, present := values[~missing].tolist())) <= {str}:
        return in_order_of_value(set(present))
    return in_order_of_value({_level(table, label, values[row], row) for row in np.flatnonzero(~missing).tolist()})


def in_order_of_value(levels: set[Any]) -> list[Any]:
    """Return levels sorted by value; words after numbers."""
    try:
        return sorted(levels)
    except TypeError:  # words and numbers mixed, which have no order
        return sorted(levels, key=lambda level: (type(level).__name__, str(level)))


def levels_of(table: Any, column: ColumnEncoder, label: str, values: AnyArray, missing: AnyArray) -> AnyArray:
    """Return which of the column's levels every row has, (n,)."""
    assert column.levels is not None
    number = {level: i for i, level in enumerate(column.levels)}
    codes = np.empty(len(values), np.int64)
    for row, (value, is_missing) in enumerate(zip(values.tolist(), missing, strict=True)):
        code = number.get(MISSING if is_missing else _level(table, label, value, row))
        if code is None:
            near, far = closest(value, [str(level) for level in column.levels if level is not MISSING])
            known = near + far
            shown = ", ".join(known[:MOST_LEVELS]) + (", …" if len(known) > MOST_LEVELS else "")
            where = f"in row {row_number(table, row)}"
            raise UnseenError(
                f"{label} contains {reprlib.repr(value)} {where}, which did not occur in training; known: {shown}"
            )
        codes[row] = code
    return codes
