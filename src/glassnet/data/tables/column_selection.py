"""Columns from which nothing can be learned are left out: free text, identifiers, constants, and row numbers."""

from __future__ import annotations

import shlex
from collections.abc import Collection

import numpy as np

from glassnet.common.arrays import AnyArray
from glassnet.data.tables.cells import as_categorical, quoted
from glassnet.data.tables.decisions import Decision
from glassnet.data.tables.table import DATE, TEXT, Table
from glassnet.data.tables.type_inference import FEW_CATEGORIES

MIN_WORDS = 3.0
"""A text column with at least this many words per value, on average, is free text; otherwise it is an identifier."""


def left_out(X: Table, categorical: Collection[str] = (), numeric: Collection[str] = ()) -> list[Decision]:
    """Return a decision for each column that is to be left out; `categorical` and `numeric` columns are kept.

    >>> left_out(Table({"x": [1.0, 2.0], "k": [5.0, 5.0]}))
    [Decision(column='k', text="'k' is 5 in every row: left out", option='--drop k')]
    """
    decisions = []
    for name, kind in X.kinds.items():
        values = X[name]
        if reason := _constant(values, kind):
            option = f"--drop {shlex.quote(name)}"
        elif kind == TEXT:
            reason = "" if name in categorical else _varied_text(values)
            option = as_categorical(name)
        else:
            reason = "" if kind == DATE or name in numeric else _row_number(values)
            option = f"--numeric {shlex.quote(name)}"
        if reason:
            decisions.append(Decision(name, f"{name!r} {reason}: left out", option))
    return decisions


def _constant(values: AnyArray, kind: str) -> str:
    """Return why a column is constant, "" if it is not; a value that is missing in some rows is no constant."""
    if kind == TEXT:
        distinct = set(values.tolist())
        if distinct == {None}:
            return "is empty"
        return f"is {quoted(next(iter(distinct)))} in every row" if len(distinct) == 1 else ""
    is_missing = np.isnat(values) if kind == DATE else np.isnan(values)
    if is_missing.all():
        return "is empty"
    if is_missing.any() or not (values == values[0]).all():
        return ""
    return f"is {values[0] if kind == DATE else f'{values[0]:g}'} in every row"


def _varied_text(values: AnyArray) -> str:
    """Return why a text column has too many distinct values to be a category, "" if it has not."""
    present = [text for text in values.tolist() if text is not None]
    distinct = set(present)
    if len(distinct) <= max(FEW_CATEGORIES, len(present) // 2):
        return ""
    words = sum(len(text.split()) for text in distinct) / len(distinct)
    what = "free text" if words >= MIN_WORDS else "an identifier"
    return f"is {what} with {len(distinct):,} distinct values in {len(present):,} rows"


def _row_number(values: AnyArray) -> str:
    """Return why a numeric column counts the rows, in whatever order they are, "" if it does not."""
    first, n = values.min(), len(values)
    if n < FEW_CATEGORIES or first not in (0, 1) or values.max() != first + n - 1:
        return ""
    return "is a row number" if (np.sort(values) == np.arange(first, first + n)).all() else ""
