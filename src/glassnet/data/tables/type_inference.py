"""Type inference for the cells of a text column: number, boolean, or text.

    (empty) missing, as are the texts passed with --na-value
    NA, NaN, null, None, ... missing in a numeric column; in a text column, text like any other
    3, -1.5e-3, .5 numbers; a decimal comma (3,5) is allowed unless commas separate the columns
    true, false in any case: the numbers 1 and 0, if the column contains nothing else

A numeric column with a few cells of text raises an error that names the first such cell. So does a column of dates, or
of numbers in an unsupported format, since a network cannot learn from them as text. The option --categorical reads such
a column as text.
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
from glassnet.data.tables.arrow import is_one_of, to_null, to_numpy
from glassnet.data.tables.table import BOOLEAN, NUMBER, TEXT

MISSING_MARKERS = ("na", "nan", "<na>", "#n/a", "null", "none")
"""Markers of missing numbers that R, pandas, Excel, databases, and Python write; compared in lower case."""

MIN_SHARE = 0.8
"""If at least this share of a column is numeric, its other cells are taken for errors, not for text."""

BOOLEAN_TEXTS = ("true", "false", "yes", "no", "t", "f", "y", "n")
"""Texts that stand for booleans; only the first two are read as booleans."""

MAX_INSPECTED = 1000
"""Number of distinct texts of a column that are inspected."""

MAX_CELL_CHARACTERS = 40
"""Maximum number of characters of a cell in a message."""

DECIMAL_POINT = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$"
DECIMAL_COMMA = r"^[+-]?([0-9]+,[0-9]*|,[0-9]+)([eE][+-]?[0-9]+)?$"
INTEGER = r"^[+-]?[0-9]+$"

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

_NUMBER = r"[+-]?(\d{1,3}([., ']\d{3})+|\d+)([.,]\d+)?"
FORMATTED_NUMBER = re.compile(rf"(?!\d+$)([+-]?[$€£] ?{_NUMBER}|{_NUMBER}( ?[%€$£]| [A-Z]{{3}})?)")
"""Numbers with thousands separators, a currency, or a percent sign; plain integers do not match."""


@dataclass(frozen=True)
class TableOptions:
    """Options for reading a table; `drop`, `categorical`, and `numeric` are column names.

    na_value: texts that count as missing. drop: columns that are not read. categorical: columns read as text, whatever
    they look like. numeric: columns that must contain numbers.
    """

    na_value: frozenset[str] = frozenset()
    drop: frozenset[str] = frozenset()
    categorical: frozenset[str] = frozenset()
    numeric: frozenset[str] = frozenset()

    def check(self, columns: Sequence[str]) -> None:
        """Raise ValueError for an unknown column name."""
        there = set(columns)
        for name in (*self.drop, *self.categorical, *self.numeric):
            if name not in there:
                raise unknown("column", name, columns)


def values_of(
    name: str, cells: Any, options: TableOptions = TableOptions(), allows_comma: bool = False
) -> tuple[str, AnyArray]:
    """Return the kind of a text column, "number", "boolean", or "text", and its values, (n,).

    cells: a pyarrow array of text. allows_comma: whether numbers may have a decimal comma. Raises ValueError with the
    column and the row.

    >>> import pyarrow as pa
    >>> values_of("age", pa.array(["20", "", " 4e1"]))
    ('number', array([20., nan, 40.]))
    >>> values_of("age", pa.array(["20", "30", "40", "50", "n/a"]))
    Traceback (most recent call last):
        ...
    ValueError: column 'age', row 5: 'n/a' is not a number; pass --na-value n/a ...
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    cells = pc.utf8_trim_whitespace(cells)
    cells = to_null(cells, is_one_of(cells, ("", *options.na_value)))
    if name in options.categorical:
        return TEXT, as_strings(cells)
    numbers = _as_numbers(cells, allows_comma)
    if numbers is not None:
        return NUMBER, finite(name, to_numpy(numbers, null=np.nan), options.na_value)
    lower = pc.utf8_lower(cells)
    if pc.all(is_one_of(pc.drop_null(lower), ("true", "false"))).as_py():
        digits = pc.replace_substring(pc.replace_substring(lower, "true", "1"), "false", "0")
        return BOOLEAN, to_numpy(pc.cast(digits, pa.float64()), null=np.nan)
    _check_not_mixed(name, cells, allows_comma, name in options.numeric)
    return TEXT, check_is_text(name, as_strings(cells))


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
    """Return texts, (n,), unchanged; raise ValueError with the first row if they are dates or formatted numbers."""
    distinct = list(dict.fromkeys(text for text in texts.tolist() if text is not None))[:MAX_INSPECTED]
    for pattern, what, advice in UNSUPPORTED_FORMATS:
        found = [text for text in distinct if pattern.fullmatch(text)]
        if found and len(found) >= MIN_SHARE * len(distinct):
            row = first + texts.tolist().index(found[0]) + 1
            raise ValueError(
                f"column {name!r} contains {what} ({quoted(found[0])} in row {row}); {advice}, or drop the column "
                f"with --drop {shlex.quote(name)}"
            )
    return texts


DATE_ADVICE = "convert them to numbers first (days since a date, the month)"

UNSUPPORTED_FORMATS: Sequence[tuple[re.Pattern[str], str, str]] = (
    (DATE_OR_TIME, "dates or times", DATE_ADVICE),
    (FORMATTED_NUMBER, "numbers in an unsupported format", "write them as 1234.5, without units and separators"),
)
"""Formats that are not read as text: pattern, name, and advice."""


def number_in(text: str) -> float | None:
    """Parse a number with a decimal point or comma; None if the text is not a number."""
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None


def quoted(text: object) -> str:
    """Return a cell as a one-line literal for messages, truncated to MAX_CELL_CHARACTERS."""
    text = str(text)
    return repr(text if len(text) <= MAX_CELL_CHARACTERS else f"{text[:MAX_CELL_CHARACTERS]}…")


def _nulls_for_markers(cells: Any) -> Any:
    """Return cells with null in place of MISSING_MARKERS."""
    import pyarrow.compute as pc

    return to_null(cells, is_one_of(pc.utf8_lower(cells), MISSING_MARKERS))


def _as_numbers(cells: Any, allows_comma: bool) -> Any:
    """Return cells as a pyarrow array of floats, or None if one is not a number."""
    import pyarrow as pa
    import pyarrow.compute as pc

    def cast(cells: Any) -> Any:
        try:
            return pc.cast(cells, pa.float64())
        except pa.ArrowInvalid:
            return None

    if (numbers := cast(cells)) is not None:
        return numbers
    plain = _nulls_for_markers(cells)
    if (numbers := cast(plain)) is not None:
        return numbers
    if allows_comma and pc.all(pc.match_substring_regex(plain, f"{DECIMAL_COMMA}|{INTEGER}")).as_py():
        return cast(pc.replace_substring(plain, ",", "."))
    return None


def _check_not_mixed(name: str, cells: Any, allows_comma: bool, as_numbers: bool) -> None:
    """Raise ValueError if most cells are numbers, or must be, but some are not; the message names the first."""
    import pyarrow.compute as pc

    cells = _nulls_for_markers(cells)
    is_number = pc.match_substring_regex(cells, f"{DECIMAL_POINT}|{DECIMAL_COMMA}" if allows_comma else DECIMAL_POINT)
    numbers, present = pc.sum(is_number).as_py() or 0, pc.sum(pc.is_valid(cells)).as_py()
    if numbers < MIN_SHARE * present and not as_numbers:
        return
    row = pc.index(is_number, False).as_py()
    if row < 0:
        comma, point = (pc.index(pc.match_substring(cells, sign), True).as_py() for sign in ",.")
        raise ValueError(
            f"column {name!r} contains {quoted(cells[comma])} in row {comma + 1} and {quoted(cells[point])} in row "
            f"{point + 1}: use either points or commas as the decimal separator throughout, and no thousands separators"
        )
    text = cells[row].as_py()
    if text.lower() in BOOLEAN_TEXTS:
        advice = "write true or false"
    elif FORMATTED_NUMBER.fullmatch(text):
        advice = "write it as 1234.5, without units and separators"
    else:
        advice = f"pass --na-value {shlex.quote(text[:MAX_CELL_CHARACTERS])} to read it as missing"
    if not as_numbers:
        advice += f", or --categorical {shlex.quote(name)} if the column is categorical"
    raise ValueError(f"column {name!r}, row {row + 1}: {quoted(text)} is not a number; {advice}")
