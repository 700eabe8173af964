"""Dates as people and programs write them, and times of day.

    2024-03-01   2024/3/1   2024-03   2024-03-01T10:30:00Z      year first
    01.03.2024   1.3.24                                         day first
    3/1/2024     12/24/99 10:30 PM                              month first, or day first: see `order_in`
    1 Mar 2024   01-Dez-2024   March 3, 2024                    months by name, in English or German
    10:30        10:30:05                                       times, as hours

Clock times are read as written; time zones are ignored.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from glassnet.common.arrays import AnyArray
from glassnet.data.tables.arrow import to_mask, to_null, to_numpy

CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,]\d+)?)?(?: ?(?P<half>[aApP])[mM])?"
WITH_CLOCK = rf"(?:[T ]+{CLOCK})?(?: ?(?:Z|UTC|[+-]\d\d:?\d\d))?$"
MONTH_NAME = r"(?P<name>[A-Za-zä]{3,9})\.?"
PATTERNS = (
    rf"^(?P<year>\d{{4}})[-/.](?P<month>\d\d?)(?:[-/.](?P<day>\d\d?))?{WITH_CLOCK}",
    rf"^(?P<first>\d\d?)[-/.](?P<middle>\d\d?)[-/.](?P<year>\d{{4}}|\d\d){WITH_CLOCK}",
    rf"^(?P<day>\d\d?)[-. ]+{MONTH_NAME}[-,. ]*(?P<year>\d{{4}}|\d\d){WITH_CLOCK}",
    rf"^{MONTH_NAME} +(?P<day>\d\d?)(?:st|nd|rd|th)?,? +(?P<year>\d{{4}}){WITH_CLOCK}",
)
DOTTED = r"^\d\d?\.\d\d?\.\d"
"""Dates with points have the day first."""

MONTHS = (
    ("jan", "january", "januar"),
    ("feb", "february", "februar"),
    ("mar", "march", "mär", "märz"),
    ("apr", "april"),
    ("may", "mai"),
    ("jun", "june", "juni"),
    ("jul", "july", "juli"),
    ("aug", "august"),
    ("sep", "sept", "september"),
    ("oct", "october", "okt", "oktober"),
    ("nov", "november"),
    ("dec", "december", "dez", "dezember"),
)
"""Names of the months in English and German."""

YEARS = (1500, 2199)
PIVOT = 69
"""Two-digit years from 69 on are in the twentieth century, as in POSIX."""

_DAY, _MONTH, _YEAR = r"(0?[1-9]|[12]\d|3[01])", r"(0?[1-9]|1[0-2])", r"(1[5-9]|20|21)\d\d"
_MONTH_NAME = r"(jan|feb|mar|mär|apr|may|mai|jun|jul|aug|sep|oct|okt|nov|dec|dez)[a-zä]*\.?"
_DATE = "|".join(
    (
        rf"{_YEAR}[-/.]{_MONTH}([-/.]{_DAY})?",
        rf"{_DAY}[-/.]{_MONTH}[-/.]({_YEAR}|\d\d)",
        rf"{_MONTH}[-/.]{_DAY}[-/.]({_YEAR}|\d\d)",
        rf"{_DAY}[-. ]+{_MONTH_NAME}[-,. ]*({_YEAR}|\d\d)",
        rf"{_MONTH_NAME} +{_DAY}(st|nd|rd|th)?,? +{_YEAR}",
    )
)
_TIME = r"\d{1,2}:\d\d(:\d\d([.,]\d+)?)?( ?[ap]m)?"
DATE_OR_TIME = re.compile(rf"({_DATE})([T ]+{_TIME})?( ?(Z|UTC|[+-]\d\d:?\d\d))?|{_TIME}", re.IGNORECASE)
"""Dates and times in common formats."""

DAY_FIRST, MONTH_FIRST = True, False

LOOKED_AT = 20
"""Number of cells that are inspected to find out whether a column may contain dates."""

MIN_SHARE = 0.8
"""If at least this share of a column are dates, its other cells are taken for errors."""


def order_in(cells: Any) -> tuple[frozenset[bool], int | None]:
    """Return which orders of day and month a column of dates is evidence for, and the first row with two readings.

    cells: a pyarrow array of text, (n,), null where missing. True: day first. The row is None if there is none.

    >>> import pyarrow as pa
    >>> order_in(pa.array(["24/12/2024", "01/02/2024"]))
    (frozenset({True}), None)
    >>> order_in(pa.array(["01/01/2024", "01/02/2024"]))
    (frozenset(), 1)
    """
    import pyarrow.compute as pc

    fields = _fields(cells, PATTERNS[1])
    first, middle = fields["first"], fields["middle"]
    found = set()
    if to_mask(pc.match_substring_regex(cells, DOTTED)).any() or (first > 12).any():
        found.add(DAY_FIRST)
    if (middle > 12).any():
        found.add(MONTH_FIRST)
    has_two = (first != middle) & ~np.isnan(first)
    return frozenset(found), int(has_two.argmax()) if has_two.any() and not found else None


def parsed_dates(cells: Any, dayfirst: bool) -> AnyArray:
    """Return the dates in a column of text, datetime64[s], (n,), NaT where there is none.

    cells: a pyarrow array of text, (n,), null where missing. dayfirst: whether 3/1/2024 is in January.

    >>> import pyarrow as pa
    >>> texts = pa.array(["2024-03-01 10:30", "3/1/24", "1 Mar 2024", "two"])
    >>> parsed_dates(texts, dayfirst=False).astype("datetime64[D]")
    array(['2024-03-01', '2024-03-01', '2024-03-01',        'NaT'],
          dtype='datetime64[D]')
    """
    import pyarrow.compute as pc

    dates = np.full(len(cells), "NaT", "datetime64[s]")
    for pattern in PATTERNS:
        if not (is_left := np.isnat(dates)).any():
            break
        fields = _fields(cells, pattern)
        if "first" in fields:
            is_day_first = to_mask(pc.match_substring_regex(cells, DOTTED)) | dayfirst
            fields["day"] = np.where(is_day_first, fields["first"], fields["middle"])
            fields["month"] = np.where(is_day_first, fields["middle"], fields["first"])
        dates[is_left] = _dates(fields)[is_left]
    return dates


def may_hold_dates(cells: Any) -> bool:
    """Return whether one of the first cells of a column is a date or a time, and not a number such as 2024.5."""
    import pyarrow.compute as pc

    head = pc.drop_null(cells[: 50 * LOOKED_AT])[:LOOKED_AT].to_pylist()
    return any(DATE_OR_TIME.fullmatch(text) and not _is_float(text) for text in head)


def holds_dates(cells: Any) -> bool:
    """Return whether nearly all cells that are not missing are dates, in one order of day and month or the other."""
    present = len(cells) - cells.null_count
    day_first, month_first = (~np.isnat(parsed_dates(cells, order)) for order in (DAY_FIRST, MONTH_FIRST))
    count = int((day_first | month_first).sum())
    return count > 0 and count >= MIN_SHARE * present


def _is_float(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def parsed_times(cells: Any) -> AnyArray:
    """Return the times in a column of text as hours, (n,), NaN where there is none.

    >>> import pyarrow as pa
    >>> parsed_times(pa.array(["10:30", "1:15:00 pm", "two"]))
    array([10.5 , 13.25,   nan])
    """
    fields = _fields(cells, rf"^{CLOCK}$")
    seconds = _seconds(fields)
    return np.where(np.isnan(fields["hour"]), np.nan, seconds / 3600)


def _fields(cells: Any, pattern: str) -> dict[str, AnyArray]:
    """Return the named groups of a pattern as numbers, (n,) each, NaN where the cell or the group does not match."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if isinstance(cells, pa.ChunkedArray):
        cells = cells.combine_chunks()
    groups = pc.extract_regex(cells, pattern)
    found = {}
    for field in groups.type:
        texts = pc.struct_field(groups, field.name)
        if field.name == "name":
            found["month"] = _by_text(texts, _month)
        elif field.name == "half":
            found["half"] = _by_text(texts, {"a": 0.0, "p": 12.0}.get)
        else:
            digits = to_null(texts, pc.invert(pc.match_substring_regex(texts, r"^\d+$")))
            found[field.name] = to_numpy(pc.cast(digits, pa.float64()), null=np.nan)
    return found


def _by_text(texts: Any, number: Any) -> AnyArray:
    """Return a number for each text, (n,), NaN where `number` returns None."""
    encoded = texts.dictionary_encode()
    values = [number((text or "").lower()) for text in encoded.dictionary.to_pylist()]
    table = np.array([*(np.nan if value is None else value for value in values), np.nan])
    return table[to_numpy(encoded.indices, null=len(values))]


def _month(name: str) -> int | None:
    return next((i + 1 for i, names in enumerate(MONTHS) if name in names), None)


def _seconds(fields: dict[str, AnyArray]) -> AnyArray:
    """Return the seconds since midnight, (n,); 0 without a time, NaN if it is invalid."""
    hour, minute, second = (np.nan_to_num(fields[name]) for name in ("hour", "minute", "second"))
    half = fields["half"]
    hour_of_day = np.where(np.isnan(half), hour, hour % 12 + np.nan_to_num(half))
    is_valid = (minute < 60) & (second < 60) & (np.isnan(half) | ((hour >= 1) & (hour <= 12)))
    return np.where(is_valid, 3600 * hour_of_day + 60 * minute + second, np.nan)


def _dates(fields: dict[str, AnyArray]) -> AnyArray:
    """Return dates, datetime64[s], (n,), NaT where a field is missing or invalid."""
    year, month, seconds = fields["year"], fields["month"], _seconds(fields)
    year = np.where(year < 100, year + np.where(year < PIVOT, 2000, 1900), year)
    day = np.where(np.isnan(fields["day"]), 1, fields["day"])  # 2024-03 is the first of March
    with np.errstate(invalid="ignore"):
        is_valid = (year >= YEARS[0]) & (year <= YEARS[1]) & (month >= 1) & (month <= 12) & (seconds < 86400)
    months = np.where(is_valid, (year - 1970) * 12 + month - 1, 0).astype("int64").astype("datetime64[M]")
    dates = months.astype("datetime64[D]") + (np.where(is_valid, day, 1).astype("int64") - 1)
    is_valid &= (day >= 1) & (dates.astype("datetime64[M]") == months)
    return np.where(
        is_valid, dates.astype("datetime64[s]") + np.nan_to_num(seconds).astype("int64"), np.datetime64("NaT")
    )
