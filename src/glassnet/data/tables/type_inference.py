"""The cells of a column of text: they become numbers if all of them are, else they are words.

    nothing                      a gap, as are the texts that a user names with --na-value
    NA, NaN, null, None, ...     a gap in a column of numbers; in a column of words, a word like any other
    3, -1.5e-3, .5               numbers; with a comma for the point (3,5) where commas do not separate columns
    true, false                  in any case: the numbers 1 and 0, if the column holds nothing else

A column in which a few words stand among numbers is refused, with the first of them; and so is one that holds dates, or
numbers in an unsupported format, since as words they would teach a network nothing. A user who wants such a column
as words says so with --categorical.
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
from glassnet.data.tables.table import BOOLEAN, NUMBER, WORD

NO_VALUE = ("na", "nan", "<na>", "#n/a", "null", "none")
"""What programs write where a number is missing: R, pandas, Excel, databases, Python; in any case."""

NEARLY_ALL = 0.8
"""Where at least this share of a column are numbers, the rest of it are no words but mistakes."""

YES_OR_NO = ("true", "false", "yes", "no", "t", "f", "y", "n")
"""How people write what is true or not; columns of numbers take the first two alone."""

LOOKED_AT = 1000
"""Number of distinct words of a column that are inspected."""

LONGEST = 40
"""Maximum number of characters of a cell in a message."""

PLAIN = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$"
WITH_COMMA = r"^[+-]?([0-9]+,[0-9]*|,[0-9]+)([eE][+-]?[0-9]+)?$"
WHOLE = r"^[+-]?[0-9]+$"

_DAY, _MONTH, _YEAR = r"(0?[1-9]|[12]\d|3[01])", r"(0?[1-9]|1[0-2])", r"(1[5-9]|20|21)\d\d"
_NAME = r"(jan|feb|mar|mär|apr|may|mai|jun|jul|aug|sep|oct|okt|nov|dec|dez)[a-zä]*\.?"
_DATE = "|".join(
    (
        rf"{_YEAR}[-/.]{_MONTH}([-/.]{_DAY})?",
        rf"{_DAY}[-/.]{_MONTH}[-/.]({_YEAR}|\d\d)",
        rf"{_MONTH}[-/.]{_DAY}[-/.]({_YEAR}|\d\d)",
        rf"{_DAY}[-. ]+{_NAME}[-,. ]*({_YEAR}|\d\d)",
        rf"{_NAME} +{_DAY}(st|nd|rd|th)?,? +{_YEAR}",
    )
)
_TIME = r"\d{1,2}:\d\d(:\d\d([.,]\d+)?)?( ?[ap]m)?"
WHEN = re.compile(rf"({_DATE})([T ]+{_TIME})?( ?(Z|UTC|[+-]\d\d:?\d\d))?|{_TIME}", re.IGNORECASE)
"""Dates and times, in the forms that programs and people write."""

_NUMBER = r"[+-]?(\d{1,3}([., ']\d{3})+|\d+)([.,]\d+)?"
DRESSED = re.compile(rf"(?!\d+$)([+-]?[$€£] ?{_NUMBER}|{_NUMBER}( ?[%€$£]| [A-Z]{{3}})?)")
"""Numbers with points, commas or spaces between thousands, with a currency or a percent sign; not plain whole ones."""


@dataclass(frozen=True)
class TableOptions:
    """How a table is to be read, in the names of its columns.

    na_value: texts that count as missing. drop: columns that are left out unread. words, numbers:
    columns that hold words, or numbers, whatever they look like.
    """

    na_value: frozenset[str] = frozenset()
    drop: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()

    def check(self, columns: Sequence[str]) -> None:
        """Refuse a name that no column has."""
        there = set(columns)
        for name in (*self.drop, *self.words, *self.numbers):
            if name not in there:
                raise unknown("column", name, columns)


def values_of(
    name: str, cells: Any, reading: TableOptions = TableOptions(), allows_comma: bool = False
) -> tuple[str, AnyArray]:
    """Return what a column of text holds, "number", "boolean" or "word", and its values, (n,).

    cells: a pyarrow array of text. allows_comma: whether a number may have a comma for its point. Raises ValueError
    with the column and the row.

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
    cells = to_null(cells, is_one_of(cells, ("", *reading.na_value)))
    if name in reading.words:
        return WORD, texts_of(cells)
    numbers = _as_numbers(cells, allows_comma)
    if numbers is not None:
        return NUMBER, finite(name, to_numpy(numbers, null=np.nan), reading.na_value)
    lower = pc.utf8_lower(cells)
    if pc.all(is_one_of(pc.drop_null(lower), ("true", "false"))).as_py():
        digits = pc.replace_substring(pc.replace_substring(lower, "true", "1"), "false", "0")
        return BOOLEAN, to_numpy(pc.cast(digits, pa.float64()), null=np.nan)
    _refuse_a_few_words(name, cells, allows_comma, name in reading.numbers)
    return WORD, check_is_text(name, texts_of(cells))


def finite(name: str, values: AnyArray, na_value: Collection[str] = (), first: int = 0) -> AnyArray:
    """Return numbers, (n,), with NaN in place of those that count as gaps; inf is refused with its row."""
    for word in na_value:
        try:
            values = np.where(values == float(word), np.nan, values)
        except ValueError:  # a word, which no number equals
            continue
    if np.isinf(values).any():
        row = int(np.isinf(values).argmax())
        raise ValueError(
            f"column {name!r}, row {first + row + 1}: {values[row]} is not a finite number; "
            f"pass --na-value {values[row]} to read it as missing"
        )
    return values


def texts_of(cells: Any, gaps: Collection[str] = ()) -> AnyArray:
    """Return cells as an object array of text, (n,), None where there is none; equal words share their memory.

    cells: a pyarrow array of text, or of places in a dictionary of texts. gaps: texts that stand for none.
    """
    import pyarrow as pa

    encoded = cells if pa.types.is_dictionary(cells.type) else cells.dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        return np.concatenate(
            [np.empty(0, object), *(texts_of(chunk, gaps) for chunk in encoded.unify_dictionaries().chunks)]
        )
    texts = [text.strip() for text in encoded.dictionary.cast(pa.string()).to_pylist()]
    levels = np.array([*(None if text in gaps else text for text in texts), None], object)
    return levels[to_numpy(encoded.indices, null=len(texts))]


def check_is_text(name: str, words: AnyArray, first: int = 0) -> AnyArray:
    """Return words, (n,), as they are; refuse dates and numbers in some dress, with the first one's row."""
    some = list(dict.fromkeys(word for word in words.tolist() if word is not None))[:LOOKED_AT]
    for pattern, what, advice in LOOKS:
        found = [word for word in some if pattern.fullmatch(word)]
        if found and len(found) >= NEARLY_ALL * len(some):
            row = first + words.tolist().index(found[0]) + 1
            raise ValueError(
                f"column {name!r} contains {what} ({quoted(found[0])} in row {row}); {advice}, or drop the column "
                f"with --drop {shlex.quote(name)}"
            )
    return words


WHEN_ADVICE = "convert them to numbers first (days since a date, the month)"

LOOKS: Sequence[tuple[re.Pattern[str], str, str]] = (
    (WHEN, "dates or times", WHEN_ADVICE),
    (DRESSED, "numbers in an unsupported format", "write them as 1234.5, without units and separators"),
)
"""What words must not be, what it is called, and what would do."""


def number_in(text: str) -> float | None:
    """Return the number that a text is, with a point or a comma; None if it is none."""
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None


def quoted(text: object) -> str:
    """Return a cell as a message shows it: on one line, and of bearable length."""
    text = str(text)
    return repr(text if len(text) <= LONGEST else f"{text[:LONGEST]}…")


def _plain(cells: Any) -> Any:
    """Return cells with nothing in place of what programs write for a missing number."""
    import pyarrow.compute as pc

    return to_null(cells, is_one_of(pc.utf8_lower(cells), NO_VALUE))


def _as_numbers(cells: Any, allows_comma: bool) -> Any:
    """Return cells as a pyarrow array of floats, None if one of them is no number."""
    import pyarrow as pa
    import pyarrow.compute as pc

    def cast(cells: Any) -> Any:
        try:
            return pc.cast(cells, pa.float64())
        except pa.ArrowInvalid:
            return None

    if (numbers := cast(cells)) is not None:
        return numbers
    plain = _plain(cells)
    if (numbers := cast(plain)) is not None:
        return numbers
    if allows_comma and pc.all(pc.match_substring_regex(plain, f"{WITH_COMMA}|{WHOLE}")).as_py():
        return cast(pc.replace_substring(plain, ",", "."))
    return None


def _refuse_a_few_words(name: str, cells: Any, allows_comma: bool, as_numbers: bool) -> None:
    """Refuse a column in which nearly all cells are numbers, or should be, with the first that is none."""
    import pyarrow.compute as pc

    cells = _plain(cells)
    is_number = pc.match_substring_regex(cells, f"{PLAIN}|{WITH_COMMA}" if allows_comma else PLAIN)
    numbers, present = pc.sum(is_number).as_py() or 0, pc.sum(pc.is_valid(cells)).as_py()
    if numbers < NEARLY_ALL * present and not as_numbers:
        return
    row = pc.index(is_number, False).as_py()
    if row < 0:
        comma, point = (pc.index(pc.match_substring(cells, sign), True).as_py() for sign in ",.")
        raise ValueError(
            f"column {name!r} contains {quoted(cells[comma])} in row {comma + 1} and {quoted(cells[point])} in row "
            f"{point + 1}: use either points or commas as the decimal separator throughout, and no thousands separators"
        )
    word = cells[row].as_py()
    if word.lower() in YES_OR_NO:
        advice = "write true or false"
    elif DRESSED.fullmatch(word):
        advice = "write it as 1234.5, without units and separators"
    else:
        advice = f"pass --na-value {shlex.quote(word[:LONGEST])} to read it as missing"
    if not as_numbers:
        advice += f", or --categorical {shlex.quote(name)} if the column is categorical"
    raise ValueError(f"column {name!r}, row {row + 1}: {quoted(word)} is not a number; {advice}")
