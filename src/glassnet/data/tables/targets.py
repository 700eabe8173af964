"""The target column of a table: its task, its classes, and the checks that something can be learned from it."""

from __future__ import annotations

import numpy as np

from glassnet.common.arrays import AnyArray
from glassnet.data.tables.cells import as_categorical, quoted
from glassnet.data.tables.table import BOOLEAN, DATE, NUMBER, TEXT, Table
from glassnet.data.tables.type_inference import FEW_CATEGORIES

MAX_INTEGER_CLASSES = 20
"""Integers are classes if at most this many values are distinct, with at least ROWS_PER_CLASS rows each."""

ROWS_PER_CLASS = 3

MAX_INTEGER = 2.0**63
"""Numbers from this on, such as 1.7e308, are no integers, although they have no fraction."""

MAX_LISTED_ROWS = 5
"""Maximum number of rows listed in a message."""


def class_names_of(table: Table, target: str) -> AnyArray:
    """Return the class name of each row, (n,): "3" for 3.0, "true" for 1 in a boolean column.

    Raises ValueError if a target is missing.
    """
    values, kind = table[target], table.kinds[target]
    _check_no_missing(table, target, values)
    if kind == TEXT:
        return values.astype(str)
    return np.array([_class_name(kind, value) for value in values.tolist()])


def _class_name(kind: str, value: float) -> str:
    if kind == BOOLEAN:
        return "true" if value == 1 else "false"
    return number_name(value)


def numbers_of(table: Table, target: str) -> AnyArray:
    """Return the numeric target of each row, (n,); raise ValueError if one is missing or text."""
    values = table[target]
    _check_no_missing(table, target, values)
    if table.kinds[target] == TEXT:
        raise ValueError(
            f"column {target!r}, row {table.number_of(0)}: {quoted(values[0])} is not a number, which regression "
            "requires"
        )
    return values


def number_name(value: float) -> str:
    """Return the name of a numeric class: "3" for 3.0."""
    return str(int(value)) if np.isfinite(value) and value == int(value) else repr(value)


def encoded_target(
    table: Table, target: str, task: str | None, is_typed: bool
) -> tuple[AnyArray, tuple[str, ...] | None, AnyArray | None]:
    """Return y and the names and labels of the classes, None for regression.

    is_typed: whether the file declares that a column is boolean. Raises ValueError if the target is constant or too
    varied.
    """
    if table.kinds[target] == DATE:
        raise ValueError(
            f"column {target!r} contains dates, which cannot be predicted; use a numeric column, or "
            f"{as_categorical(target)} for classes"
        )
    if (task or _task_of(table, target)) == "regression":
        y = numbers_of(table, target)
        if len(y) > 1 and (y == y[0]).all():
            raise ValueError(f"column {target!r} contains {y[0]:g} in every row, so there is nothing to learn")
        return y, None, None
    found, index, labels = _classes(table, target, is_typed)
    if len(found) == 1 and len(index) > 1:
        raise ValueError(f"column {target!r} contains {quoted(found[0])} in every row, so there is nothing to learn")
    if len(found) > max(FEW_CATEGORIES, len(index) // 2):
        advice = "" if table.kinds[target] == TEXT else "; for a numeric target, use --task regression"
        raise ValueError(
            f"column {target!r} contains {len(found)} distinct values in {len(index)} rows, "
            f"too many for classes{advice}"
        )
    return index, found, labels


def _classes(table: Table, target: str, is_typed: bool) -> tuple[tuple[str, ...], AnyArray, AnyArray | None]:
    """Return the class names, sorted by value, the class index of each row, (n,), and the labels, None for text.

    Names are made per class, not per row, since a table may have many millions of rows.
    """
    values, kind = table[target], table.kinds[target]
    _check_no_missing(table, target, values)
    if kind == TEXT:
        texts = sorted(set(values))
        place = {text: i for i, text in enumerate(texts)}
        return tuple(texts), np.fromiter((place[text] for text in values), np.int64, len(values)), None
    numbers, index = np.unique(values, return_inverse=True)
    names = tuple(_class_name(kind, number) for number in numbers.tolist())
    if kind == BOOLEAN:
        return names, index, numbers == 1 if is_typed else None
    is_whole = bool((numbers == np.floor(numbers)).all() and (np.abs(numbers) < MAX_INTEGER).all())
    return names, index, numbers.astype(np.int64) if is_whole else numbers


def _task_of(table: Table, target: str) -> str:
    """Return the task inferred from the target."""
    values = table[target]
    if table.kinds[target] != NUMBER:
        return "classification"
    different = np.unique(values[~np.isnan(values)])
    if not (different == np.floor(different)).all() or (np.abs(different) >= MAX_INTEGER).any():
        return "regression"
    is_binary = set(different.tolist()) <= {0.0, 1.0}
    is_few = len(different) <= MAX_INTEGER_CLASSES and len(different) * ROWS_PER_CLASS <= len(values)
    return "classification" if is_binary or is_few else "regression"


def _check_no_missing(table: Table, target: str, values: AnyArray) -> None:
    missing = ~has_value(values)
    if missing.any():
        numbers = [str(table.number_of(int(row))) for row in np.flatnonzero(missing)[: MAX_LISTED_ROWS + 1]]
        listed = ", ".join(numbers[:MAX_LISTED_ROWS]) + (", …" if len(numbers) > MAX_LISTED_ROWS else "")
        where = f"row {listed}" if len(numbers) == 1 else f"{int(missing.sum()):,} rows ({listed})"
        raise ValueError(f"target column {target!r} is missing in {where}; use --skip-invalid to skip such rows")


def rows_text(table: Table, which: AnyArray) -> str:
    """Return the numbers of some rows for a message. which: (n,), bool."""
    numbers = [str(table.number_of(int(row))) for row in np.flatnonzero(which)[: MAX_LISTED_ROWS + 1]]
    listed = ", ".join(numbers[:MAX_LISTED_ROWS]) + (", …" if len(numbers) > MAX_LISTED_ROWS else "")
    return f"row {listed}" if len(numbers) == 1 else f"{int(which.sum()):,} rows ({listed})"


def has_value(values: AnyArray) -> AnyArray:
    """Return a mask, (n,), of the values that are not missing."""
    if values.dtype.kind == "f":
        return ~np.isnan(values)
    if values.dtype.kind == "M":
        return ~np.isnat(values)
    return np.fromiter((value is not None for value in values), bool, len(values))
