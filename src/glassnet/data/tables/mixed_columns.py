"""Columns of numbers and text: categories if the text is part of a code, else an error that names the options."""

from __future__ import annotations

import re
import shlex
from typing import Any

import numpy as np

from glassnet.common.arrays import AnyArray
from glassnet.data.tables.cells import MAX_CELL_CHARACTERS, CellError, quoted
from glassnet.data.tables.decisions import Decision
from glassnet.data.tables.number_formats import COMMA, POINT, Separators, parsed

MIN_SHARE = 0.8
"""If at least this share of a column is numeric, its other cells are taken for errors, not for text."""

MAX_MARKERS = 3
"""If most of a column is numeric, up to this many distinct texts among the numbers are taken for missing values."""

MAX_CODES = 12
"""A column with up to this many distinct values, integers and short codes such as U, is categorical."""

ROWS_PER_CODE = 3

CODE = re.compile(r"[A-Za-z]|[A-Za-z0-9]{2,3}")

UNKNOWN = ("na", "n/a", "nan", "nil", "nd", "nk", "unk", "ukn", "tbd", "err", "inf")
"""Short texts that mark missing or invalid values rather than a code; in lower case."""

BOOLEAN_TEXTS = ("true", "false", "yes", "no", "t", "f", "y", "n")
"""Texts that stand for booleans; only the first two are read as booleans."""


def check_not_mixed(
    name: str, cells: Any, is_number: AnyArray, by: Separators, must_be_numeric: bool
) -> tuple[Decision, ...]:
    """Return what was decided about a column that contains text; raise ValueError if it should be numeric.

    cells: a pyarrow array of text, (n,), null where missing. is_number: which of them are numbers as `by` reads them.
    The message names the first cell that is not a number.
    """
    is_other = parsed(cells, COMMA if by == POINT else POINT)[1]
    present, numbers = len(cells) - cells.null_count, int((is_number | is_other).sum())
    if 2 * numbers <= present and not must_be_numeric:
        return ()
    texts = cells.to_pylist()
    if numbers == present:
        _raise_two_separators(name, texts, is_number, is_other, by)
    words = [text for text, is_any in zip(texts, is_number | is_other, strict=True) if text is not None and not is_any]
    distinct = dict.fromkeys(words)
    codes = {text for text, is_any in zip(texts, is_number, strict=True) if is_any}
    if not must_be_numeric:
        if numbers < MIN_SHARE * present:
            has_digits = any(any(sign.isdigit() for sign in text) for text in distinct)
            if len(distinct) > MAX_MARKERS or has_digits or len(codes) <= MAX_CODES:
                return ()
        elif _are_codes(codes, distinct, present):
            listed = ", ".join(sorted({*codes, *distinct}))
            advice = " ".join(f"--na-value {shlex.quote(text)}" for text in distinct)
            return (Decision(name, f"{name!r} contains the codes {listed}: read as categories", advice),)
    row = texts.index(words[0])
    advice = "" if must_be_numeric and len(words) > numbers else f"; {_advice(name, words[0], must_be_numeric)}"
    raise CellError(f"column {name!r}, row {row + 1}: {quoted(words[0])} is not a number{advice}", row)


def _advice(name: str, word: str, must_be_numeric: bool) -> str:
    if word.lower() in BOOLEAN_TEXTS:
        advice = "write true or false"
    else:
        advice = f"pass --na-value {shlex.quote(word[:MAX_CELL_CHARACTERS])} to read it as missing"
    if not must_be_numeric:
        advice += f", or --categorical {shlex.quote(name)} if the column is categorical"
    return advice


def _are_codes(numbers: set[str], words: dict[str, None], rows: int) -> bool:
    """Return whether the few distinct values of a column are codes, such as 1, 2, 3, and U."""
    return (
        (len(numbers) + len(words)) * ROWS_PER_CODE <= rows
        and 1 < len(numbers) <= MAX_CODES - len(words)
        and all(re.fullmatch(r"\d{1,3}", number) for number in numbers)
        and all(CODE.fullmatch(word) and word.lower() not in (*UNKNOWN, *BOOLEAN_TEXTS) for word in words)
    )


def _raise_two_separators(
    name: str, texts: list[str | None], is_number: AnyArray, is_other: AnyArray, by: Separators
) -> None:
    """Raise ValueError for a column of numbers, some of which need other separators."""
    row = int((is_other & ~is_number).argmax())
    has_mark = np.array(["." in str(text) or "," in str(text) for text in texts], bool)
    only = is_number & ~is_other & has_mark
    if only.any():
        first, second = sorted((row, int(only.argmax())))
        raise ValueError(
            f"column {name!r} contains {quoted(texts[first])} in row {first + 1} and {quoted(texts[second])} in row "
            f"{second + 1}: use either points or commas as the decimal separator throughout"
        )
    raise ValueError(
        f"column {name!r}, row {row + 1}: {quoted(texts[row])} is not a number with {by.decimal!r} as the decimal "
        f"separator; pass --decimal {shlex.quote(by.thousands)}, or --categorical {shlex.quote(name)}"
    )
