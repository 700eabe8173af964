"""Columns of a Table, DataFrame, or array: their values, missing values, and levels."""

from __future__ import annotations

import reprlib
import sys
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from types import NoneType
from typing import Any

import numpy as np

from glassnet.common.arrays import AnyArray
from glassnet.common.specs import join_names

MISSING = None
"""The level of missing values in a categorical column."""

MAX_FLOAT = sys.float_info.max
"""The largest float; Python's integers may be larger."""


def row_number(table: Any, row: int) -> int:
    """Return the number of a row in messages: the table's own `number_of`, or the position from 0."""
    return int(table.number_of(row)) if hasattr(table, "number_of") else row


def is_table(X: Any) -> bool:
    """Return whether X is a Table, a DataFrame, or a table of pyarrow."""
    return hasattr(X, "columns") and hasattr(X, "__getitem__") and not isinstance(X, np.ndarray)


def _keys_of(table: Any) -> Sequence[Any]:
    """Return the keys of a table's columns; `columns` of pyarrow are the columns themselves."""
    keys: Sequence[Any] = table.schema.names if hasattr(table, "schema") and _is_pyarrow(table) else table.columns
    return keys


def _is_pyarrow(data: Any) -> bool:
    return type(data).__module__.partition(".")[0] == "pyarrow"


def in_order(table: Any, names: Sequence[str]) -> Iterator[Any]:
    """Return a DataFrame's columns in the order of the names; raise ValueError if one is missing or unknown."""
    of_name = dict(zip(names_of(table), _keys_of(table), strict=True))
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
    return [label for label, column in labeled if values_of(column)[0].dtype.kind != "f"]


def numeric_columns(table: Any, names: Sequence[str]) -> AnyArray:
    """Return the columns of a table of numbers, (n, columns), in the order of the names; NaN where missing.

    >>> import pandas as pd
    >>> numeric_columns(pd.DataFrame({"b": [3, 4], "a": [1, 2]}), ["a", "b"])
    array([[1., 3.],
           [2., 4.]])
    """
    columns = []
    for name, column in zip(names, in_order(table, names), strict=True):
        values, missing, _ = values_of(column)
        if values.dtype.kind != "f":
            raise ValueError(f"column {name!r} contains {values[~missing][0]!r}, but was numeric in training")
        columns.append(values)
    return np.stack(columns, axis=1)


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
    names: list[str | None] = [str(name) for name in _keys_of(table)]
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
        yield from ((name, table[key]) for name, key in zip(names, _keys_of(table), strict=True))


def values_of(column: Any) -> tuple[AnyArray, AnyArray, bool]:
    """Return a column's values, a mask of the missing ones, and whether its dtype is categorical.

    Values are floats if all of them are numbers, datetime64[s] if all are dates, otherwise objects, (n,). Durations are
    numbers of days, and times of day numbers of hours.
    """
    values, is_marked = _as_array(column)
    if values.dtype.kind == "m":
        days = values / np.timedelta64(1, "D")  # NaN where missing
        return days, np.isnan(days), False
    if values.dtype.kind == "M":
        return values.astype("datetime64[s]"), np.isnat(values), False
    if values.dtype.kind in "biu":
        values = values.astype(np.float64)
    if values.dtype.kind == "f":
        return values, np.isnan(values), is_marked
    if str in (kinds := set(map(type, values.tolist()))) and kinds <= {str, NoneType}:
        return values, np.fromiter((value is None for value in values.tolist()), bool, len(values)), is_marked
    values = np.fromiter((_python_value(value) for value in values), object, len(values))
    missing = np.array([_is_missing(value) for value in values.tolist()], bool)
    present = values[~missing]
    if len(present) and all(isinstance(value, date) for value in present.tolist()):
        dates = np.full(len(values), np.datetime64("NaT", "s"))
        dates[~missing] = [_local(value) for value in present.tolist()]
        return dates, missing, False
    if len(present) and all(isinstance(value, time) for value in present.tolist()):
        present = np.array([value.hour + value.minute / 60 + value.second / 3600 for value in present.tolist()])
    if not is_marked and all(is_number(value) for value in present.tolist()):
        numbers = np.full(len(values), np.nan)
        numbers[~missing] = present.astype(np.float64)
        return numbers, missing, False
    return values, missing, is_marked


def _as_array(column: Any) -> tuple[AnyArray, bool]:
    """Return a column as an array, (n,), and whether its dtype is categorical. Times lose their time zone."""
    if isinstance(column, np.ndarray):
        return column, False
    if _is_pyarrow(column):
        return _pyarrow_array(column)
    dtype = str(column.dtype)
    is_marked = dtype == "category" or dtype.startswith(("Categorical", "Enum", "dictionary"))
    if dtype.startswith(("datetime64[", "timestamp[")) and getattr(column.dt, "tz", None) is not None:
        column = column.dt.tz_localize(None)
    elif dtype.startswith("period["):
        column = column.dt.to_timestamp()
    elif dtype.startswith("Datetime(") and getattr(column.dtype, "time_zone", None) is not None:
        column = column.dt.replace_time_zone(None)
    return column.to_numpy(), is_marked


def _pyarrow_array(column: Any) -> tuple[AnyArray, bool]:
    import pyarrow as pa

    is_marked = pa.types.is_dictionary(column.type)
    if is_marked:
        column = column.cast(column.type.value_type)
    if pa.types.is_decimal(column.type):
        column = column.cast(pa.float64())
    values = column.to_pylist() if _has_python_values(column.type) else None
    if values is None:
        return column.to_numpy(**({} if isinstance(column, pa.ChunkedArray) else {"zero_copy_only": False})), is_marked
    return np.fromiter(values, object, len(values)), is_marked


def _has_python_values(kind: Any) -> bool:
    """Return whether values of a pyarrow type are read as Python's: text, and times with a time zone."""
    import pyarrow as pa

    is_number = pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_boolean(kind)
    is_time = pa.types.is_timestamp(kind) or pa.types.is_date(kind) or pa.types.is_duration(kind)
    return not is_number and not (is_time and getattr(kind, "tz", None) is None)


def _local(value: date) -> np.datetime64:
    """Return a date or time, without its time zone, in seconds."""
    if isinstance(value, datetime):
        value = value.replace(tzinfo=None)
    return np.datetime64(value.isoformat(), "s")


def _python_value(value: Any) -> Any:
    """Return a NumPy scalar as the Python object, and a decimal number as a float."""
    if isinstance(value, Decimal):
        return float(value)
    return value.item() if isinstance(value, np.generic) else value


def is_number(value: Any) -> bool:
    """Return whether a value is a number that a float can represent."""
    return isinstance(value, float) or (isinstance(value, int) and -MAX_FLOAT <= value <= MAX_FLOAT)


def _is_missing(value: Any) -> bool:
    # NaN is not equal to itself; pandas' NA and NaT are recognized by type, since comparing them raises.
    return (
        value is None or type(value).__name__ in ("NAType", "NaTType") or (isinstance(value, float) and value != value)
    )


def level_in(table: Any, label: str, value: Any, row: int) -> Any:
    """Return a value that may be a level, text or a number; raise ValueError otherwise."""
    if isinstance(value, str) or is_number(value):
        return value
    where = f"in row {row_number(table, row)}"
    raise ValueError(f"{label} contains {reprlib.repr(value)} {where}, which is neither text nor a number")


def levels_in(table: Any, label: str, values: AnyArray, missing: AnyArray) -> list[Any]:
    """Return the distinct values, sorted."""
    if set(map(type, present := values[~missing].tolist())) <= {str}:
        return in_order_of_value(set(present))
    return in_order_of_value({level_in(table, label, values[row], row) for row in np.flatnonzero(~missing).tolist()})


def in_order_of_value(levels: set[Any]) -> list[Any]:
    """Return levels sorted by value; text after numbers."""
    try:
        return sorted(levels)
    except TypeError:  # text and numbers mixed, which have no order
        return sorted(levels, key=lambda level: (type(level).__name__, str(level)))
