"""Dates as numbers: time since the first date, year, month, day, weekday, and hour.

Month, weekday, and hour are cyclic: each becomes a sine and a cosine, so that December is next to January. The others
are brought to the size of 1, for networks whose inputs are not scaled.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from glassnet.common.arrays import AnyArray, Array

SECONDS_PER_DAY = 86400
DAYS_PER_YEAR = 365.25
DAYS_PER_MONTH = 31

CYCLES = {"month": 12, "weekday": 7, "hour": 24}
"""Length of the cycle of each cyclic part."""


def days_of(dates: AnyArray) -> Array:
    """Return the days since 1970-01-01, with fractions, of dates in seconds, (n,).

    >>> days_of(np.array(["1970-01-02T12:00"], "datetime64[s]"))
    array([1.5])
    """
    return dates.astype(np.int64) / SECONDS_PER_DAY


def _weekday(dates: AnyArray) -> AnyArray:
    return (dates.astype("datetime64[D]").astype(np.int64) + 3) % 7  # 1970-01-01 was a Thursday


PARTS: dict[str, Callable[[AnyArray], AnyArray]] = {
    "days": days_of,
    "year": lambda dates: dates.astype("datetime64[Y]").astype(np.int64) + 1970,
    "month": lambda dates: dates.astype("datetime64[M]").astype(np.int64) % 12,  # 0 is January
    "day": lambda dates: (dates.astype("datetime64[D]") - dates.astype("datetime64[M]")).astype(np.int64) + 1,
    "weekday": _weekday,  # 0 is Monday
    "hour": lambda dates: dates.astype(np.int64) % SECONDS_PER_DAY / 3600,
}
"""Parts of a date by name, each a function of dates in seconds, (n,)."""


def varying_parts(dates: AnyArray) -> tuple[str, ...]:
    """Return the names of the parts that are not the same for all dates, (n,).

    >>> varying_parts(np.array(["2024-01-01", "2024-01-03"], "datetime64[s]"))
    ('days', 'day', 'weekday')
    """
    return tuple(name for name, part in PARTS.items() if len(np.unique(part(dates))) > 1)


def width_of(parts: Sequence[str]) -> int:
    """Return the number of columns that `encode_dates` returns."""
    return sum(2 if name in CYCLES else 1 for name in parts)


def encode_dates(dates: AnyArray, parts: Sequence[str], first_day: float) -> Array:
    """Return parts of dates in seconds, (n,), as numbers, (n, width).

    The time since the first date is in years, and years count from its year.

    >>> encode_dates(np.array(["2025-01-01T06:00"], "datetime64[s]"), ("days", "year", "month"), first_day=19723.0)
    array([[1.00273785, 1.        , 0.        , 1.        ]])
    """
    first = np.array([round(first_day * SECONDS_PER_DAY)]).astype("datetime64[s]")
    columns: list[AnyArray] = []
    for name in parts:
        values = PARTS[name](dates)
        if name in CYCLES:
            angles = 2 * np.pi * values / CYCLES[name]
            columns += [np.sin(angles), np.cos(angles)]
        else:
            offset, unit = {"days": (first_day, DAYS_PER_YEAR), "year": (PARTS["year"](first), 1)}.get(
                name, (0, DAYS_PER_MONTH)
            )
            columns.append((values - offset) / unit)
    return np.stack(columns, axis=1).astype(np.float64)
