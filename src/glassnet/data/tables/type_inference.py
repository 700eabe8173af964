"""Type inference for the cells of a text column: number, boolean, or text.

    (empty) missing, as are the texts passed with --na-value
    NA, NaN, null, None, ... missing in a numeric column; in a text column, text like any other
    3, -1.5e-3, 1,050.5, $5  numbers, see `number_formats`
    007, 9007199254740993    text: leading zeros, and integers that floats would merge, are names
    true, false in any case: the numbers 1 and 0, if the column contains nothing else

What has one reading is read, and listed as a `Decision`. A numeric column with a few cells of text raises an error that
names the first such cell and the options. So does a column of dates. The option --categorical reads such a column as
text.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from glassnet.common.arrays import AnyArray
from glassnet.common.specs import unknown
from glassnet.data.tables.arrow import first_row, is_null, is_one_of, to_null, to_numpy
from glassnet.data.tables.decisions import Decision
from glassnet.data.tables.mixed_columns import MIN_SHARE, check_not_mixed, quoted
from glassnet.data.tables.number_formats import POINT, Separators, parsed
from glassnet.data.tables.table import BOOLEAN, NUMBER, TEXT

MISSING_MARKERS = ("na", "nan", "<na>", "#n/a", "null", "none")
"""Markers of missing numbers that R, pandas, Excel, databases, and Python write; compared in lower case."""

FLAGS = ("true", "false")
"""Texts that are booleans, in any case."""

INTEGER = re.compile(r"[+-]?\d+")

EXACT = 2.0**53
"""Below this, a float represents every integer."""

FEW_CATEGORIES = 20
"""A text column with more distinct values than this, and more than half its number of rows, is not categorical."""

MAX_INSPECTED = 1000
"""Number of distinct texts of a column that are inspected."""


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


@dataclass(frozen=True)
class TableOptions:
    """Options for reading a table; `drop`, `categorical`, and `numeric` are column names.

    na_value: texts that count as missing. drop: columns that are not read. categorical: columns read as text, whatever
    they look like. numeric: columns that must contain numbers. separators: those of numbers, None to infer them.
    """

    na_value: frozenset[str] = frozenset()
    drop: frozenset[str] = frozenset()
    categorical: frozenset[str] = frozenset()
    numeric: frozenset[str] = frozenset()
    separators: Separators | None = None

    def check(self, columns: Sequence[str]) -> None:
        """Raise ValueError for an unknown column name."""
        there = set(columns)
        for name in (*self.drop, *self.categorical, *self.numeric):
            if name not in there:
                raise unknown("column", name, columns)


def cleaned(cells: Any, na_value: Collection[str] = ()) -> Any:
    """Return cells, a pyarrow array of text, without surrounding spaces, and null where missing."""
    import pyarrow.compute as pc

    cells = pc.utf8_trim_whitespace(cells)
    return to_null(cells, is_one_of(cells, ("", *na_value)))


def values_of(
    name: str, cells: Any, options: TableOptions = TableOptions(), by: Separators = POINT
) -> tuple[str, AnyArray, Sequence[Decision]]:
    """Return the kind of a text column, "number", "boolean", or "text", its values, (n,), and what was decided.

    cells: a pyarrow array of text, as `cleaned` returns it. by: the separators of numbers. Raises ValueError with the
    column and the row.

    >>> import pyarrow as pa
    >>> values_of("age", cleaned(pa.array(["20", "", " 4e1"])))
    ('number', array([20., nan, 40.]), ())
    >>> values_of("age", cleaned(pa.array(["20", "30", "40", "50", "n/a"])))
    Traceback (most recent call last):
        ...
    ValueError: column 'age', row 5: 'n/a' is not a number; pass --na-value n/a ...
    """
    if name in options.categorical:
        return TEXT, as_strings(cells), ()
    if (flags := _as_booleans(cells)) is not None:
        return BOOLEAN, flags, ()
    without_markers, is_number = cells, np.zeros(0, bool)
    numbers = _as_floats(cells) if by == POINT else None
    if numbers is None:
        without_markers = _nulls_for_markers(cells)
        numbers = _as_floats(without_markers) if by == POINT else None
    decisions: tuple[Decision, ...] = ()
    if numbers is None:
        numbers, is_number, is_decorated = parsed(without_markers, by)
        if not (is_number | is_null(without_markers)).all():
            decisions = check_not_mixed(name, without_markers, is_number, by, name in options.numeric)
            return TEXT, check_is_text(name, as_strings(cells)), decisions
        if is_decorated.any() and name not in options.numeric:
            example = quoted(cells[int(is_decorated.argmax())])
            text = f"{name!r} contains formatted numbers such as {example}: read as numbers"
            decisions = (Decision(name, text, f"--categorical {shlex.quote(name)}"),)
    if name not in options.numeric and (reason := names_not_numbers(without_markers, numbers)):
        text = f"{name!r} {reason}: read as text"
        return TEXT, as_strings(cells), (Decision(name, text, f"--numeric {shlex.quote(name)}"),)
    return NUMBER, finite(name, numbers, options.na_value), decisions


def names_not_numbers(cells: Any, numbers: AnyArray) -> str | None:
    """Return why the numbers in a column are names, or None: leading zeros, or integers that floats would merge.

    cells: a pyarrow array of text, (n,). numbers: their values, (n,).
    """
    import pyarrow.compute as pc

    zeros = pc.filter(cells, pc.starts_with(cells, "0"))
    if (row := first_row(pc.match_substring_regex(zeros, r"^0\d+$"))) >= 0:
        return f"has leading zeros ({quoted(zeros[row])})"
    with np.errstate(invalid="ignore"):
        is_large = np.abs(numbers) >= EXACT
    if not is_large.any():
        return None
    distinct = [text for text in pc.unique(pc.drop_null(cells)).to_pylist() if INTEGER.fullmatch(text)]
    inexact = [text for text in distinct if int(text) != int(float(text))]
    is_merged = len({float(text) for text in distinct}) < len(set(map(int, distinct)))
    if inexact and (is_merged or len(distinct) <= max(FEW_CATEGORIES, len(cells) // 2)):
        return f"contains integers that a float cannot represent ({quoted(inexact[0])})"
    return None


def finite(name: str, values: AnyArray, na_value: Collection[str] = (), first: int = 0) -> AnyArray:
    """Return numbers, (n,), with NaN for those that `na_value` declares missing; raise ValueError with the row for
    inf."""
    for text in na_value:
        try:
            values = np.where(values == float(text), np.nan, values)
        except ValueError:  # text, which no number equals
            continue
    if np.isinf(values).any():
        row = int(np.isinf(values).argmax())
        raise ValueError(
            f"column {name!r}, row {first + row + 1}: {values[row]} is not a finite number; "
            f"pass --na-value {values[row]} to read it as missing"
        )
    return values


def as_strings(cells: Any, na_value: Collection[str] = ()) -> AnyArray:
    """Return cells as an object array of strings, (n,), with None for missing ones; equal strings share memory.

    cells: a pyarrow array of strings, plain or dictionary-encoded. na_value: texts that count as missing.
    """
    import pyarrow as pa

    encoded = cells if pa.types.is_dictionary(cells.type) else cells.dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        return np.concatenate(
            [np.empty(0, object), *(as_strings(chunk, na_value) for chunk in encoded.unify_dictionaries().chunks)]
        )
    texts = [text.strip() for text in encoded.dictionary.cast(pa.string()).to_pylist()]
    levels = np.array([*(None if text in na_value else text for text in texts), None], object)
    return levels[to_numpy(encoded.indices, null=len(texts))]


def check_is_text(name: str, texts: AnyArray, first: int = 0) -> AnyArray:
    """Return texts, (n,), unchanged; raise ValueError with the first row if they are dates."""
    distinct = list(dict.fromkeys(text for text in texts.tolist() if text is not None))[:MAX_INSPECTED]
    found = [text for text in distinct if DATE_OR_TIME.fullmatch(text)]
    if found and len(found) >= MIN_SHARE * len(distinct):
        row = first + texts.tolist().index(found[0]) + 1
        raise ValueError(
            f"column {name!r} contains dates or times ({quoted(found[0])} in row {row}); {DATE_ADVICE}, or drop the "
            f"column with --drop {shlex.quote(name)}"
        )
    return texts


DATE_ADVICE = "convert them to numbers first (days since a date, the month)"


def number_in(text: str) -> float | None:
    """Parse a number with a decimal point or comma; None if the text is not a number."""
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None


def _nulls_for_markers(cells: Any) -> Any:
    """Return cells with null in place of MISSING_MARKERS."""
    import pyarrow.compute as pc

    return to_null(cells, is_one_of(pc.utf8_lower(cells), MISSING_MARKERS))


def _as_booleans(cells: Any) -> AnyArray | None:
    """Return cells as 0 and 1, (n,), NaN where missing, or None if they are not true and false."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if len(cells) == cells.null_count or cells[first_row(pc.is_valid(cells))].as_py().lower() not in FLAGS:
        return None
    lower = pc.utf8_lower(cells)
    if not pc.all(is_one_of(pc.drop_null(lower), FLAGS)).as_py():
        return None
    digits = pc.replace_substring(pc.replace_substring(lower, "true", "1"), "false", "0")
    return to_numpy(pc.cast(digits, pa.float64()), null=np.nan)


def _as_floats(cells: Any) -> AnyArray | None:
    """Return cells as floats, (n,), NaN where missing, or None if one is not a number as programs write them."""
    import pyarrow as pa
    import pyarrow.compute as pc

    try:
        return to_numpy(pc.cast(cells, pa.float64()), null=np.nan)
    except pa.ArrowInvalid:
        return None
