"""Columns of dates in a table of text: the order of day and month is inferred once from all of them."""

from __future__ import annotations

import dataclasses
import shlex
from collections.abc import Collection, Mapping
from typing import Any

import numpy as np

from glassnet.common.arrays import AnyArray
from glassnet.data.tables.cells import as_categorical, check_parsed, example_of, nulls_for_markers, quoted
from glassnet.data.tables.date_formats import (
    DAY_FIRST,
    MIN_SHARE,
    holds_dates,
    may_hold_dates,
    order_in,
    parsed_dates,
    parsed_times,
)
from glassnet.data.tables.decisions import Decision


@dataclasses.dataclass(frozen=True)
class DateOrder:
    """Order of day and month in the columns of dates of a file.

    by: whether the day comes first, for each such column; in `ordered`, those for which this matters. inferred: options
    that read another file in the same way.
    """

    by: Mapping[str, bool]
    ordered: frozenset[str] = frozenset()
    inferred: Mapping[str, bool] = dataclasses.field(default_factory=dict)


def infer_order(columns: Mapping[str, Any], dates: Collection[str], given: bool | None) -> DateOrder:
    """Return the order of day and month in the columns of dates; raise ValueError if nothing settles it.

    columns: pyarrow arrays of text, (n,), null where missing. dates: columns that must contain dates. given: whether
    the day comes first, None to infer it.
    """
    evidence = {
        name: order_in(cells)
        for name, cells in columns.items()
        if name in dates or (may_hold_dates(cells) and holds_dates(nulls_for_markers(cells)))
    }
    certain = frozenset[bool]().union(*(found for found, _ in evidence.values()))
    by, ordered = {}, set()
    for name, (found, row) in evidence.items():
        if found or row is not None:
            ordered.add(name)
        if given is not None:
            by[name] = given
        elif len(found) == 1:
            by[name] = next(iter(found))
        elif len(found) == 2:
            raise ValueError(f"column {name!r} contains dates with the day first and with the month first")
        elif row is None:
            by[name] = DAY_FIRST
        elif len(certain) == 1:
            by[name] = next(iter(certain))
        else:
            raise ValueError(
                f"column {name!r}, row {row + 1}: {quoted(columns[name][row])} has two readings; pass --dayfirst if "
                f"the day comes first, --no-dayfirst if the month comes first, or {as_categorical(name)}"
            )
    orders = {by[name] for name in ordered}
    return DateOrder(by, frozenset(ordered), {"dayfirst": orders.pop()} if len(orders) == 1 else {})


def dates_of(name: str, cells: Any, order: DateOrder) -> tuple[AnyArray, Decision]:
    """Return the dates of a column of text, (n,), and what is listed; raise ValueError for a cell that is no date."""
    dayfirst = order.by[name]
    cells = nulls_for_markers(cells)
    dates = parsed_dates(cells, dayfirst)
    check_parsed(name, cells, np.isnat(dates), "a date")
    which = f" ({'day' if dayfirst else 'month'} first)" if name in order.ordered else ""
    return dates, date_decision(name, f"dates such as {example_of(cells)}{which}")


def date_decision(name: str, what: str) -> Decision:
    """Return the decision to use a column's dates."""
    text = f"{name!r} contains {what}: replaced by year, month, day, weekday, and other features of the date"
    return Decision(name, text, f"--drop {shlex.quote(name)} or {as_categorical(name)}")


def times_of(name: str, cells: Any) -> AnyArray | None:
    """Return the times of a column of text as hours, (n,), or None if they are not times.

    Raises ValueError if only a few are not.
    """
    hours = parsed_times(cells)
    present = len(cells) - cells.null_count
    if not present or (~np.isnan(hours)).sum() < MIN_SHARE * present:
        return None
    check_parsed(name, cells, np.isnan(hours), "a time")
    return hours
