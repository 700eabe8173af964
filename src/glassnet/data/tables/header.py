"""The header of a text file: its separator and the names of its columns. A missing header is detected.

The first line is a row of data, not a header, if it looks like the rows below it: numbers where these have numbers, or
text that occurs again. A first line of numbers that could be names, such as years, raises an error.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from glassnet.data.tables.cells import quoted
from glassnet.data.tables.date_formats import DATE_OR_TIME
from glassnet.data.tables.decisions import Decision
from glassnet.data.tables.type_inference import TableOptions

MAX_COLUMNS = 100_000
MAX_HEADER_BYTES = 1 << 24
"""Maximum number of columns, and of bytes of the header."""

SAMPLE_BYTES, SAMPLE_ROWS = 1 << 16, 200
"""How much of a file is inspected to find out whether it has a header."""

MIN_ROWS = 2
"""Minimum number of rows below the first line; with fewer, it is taken for a header."""

MIN_SHARE = 0.8

YEARS = range(1900, 2101)

MERGE_MARKERS = ("<<<<<<<", "=======", ">>>>>>>", "|||||||")
"""Lines that version control leaves in a file with a conflict begin with these."""


class Lines(Protocol):
    """Protocol of a text file that is read line by line; what is in `pending` is read next."""

    pending: bytes

    def line(self) -> str:
        """Return the next line with its line break."""

    def peek(self, size: int) -> bytes:
        """Return up to `size` of the next bytes, which remain to be read."""


@dataclass(frozen=True)
class Header:
    """The separator and the column names of a text file, "" for unnamed columns, and what was decided about them."""

    separator: str
    names: list[str]
    decisions: tuple[Decision, ...] = ()
    inferred: Mapping[str, Any] = field(default_factory=dict)


def read_header(path: Path, text: Lines, separator: str, options: TableOptions) -> Header:
    """Return the header of a text file; the rows remain to be read. separator: inferred if empty."""
    separator, line = _first_line(path, text, separator, options)
    names = _cells(path, line, separator)
    has_header = options.header
    if options.names and has_header is None:
        has_header = False
    if has_header is None:
        has_header = _is_header(path, names, _sample(text, separator))
    decisions: tuple[Decision, ...] = ()
    if not has_header:
        text.pending = line.encode() + text.pending
        names = [f"column {i + 1}" for i in range(len(names))]
        if options.header is None and not options.names:
            what = f"the first line looks like the other rows: columns are called {names[0]!r}, ..."
            decisions = (Decision(None, what, "--names or --header"),)
    if options.names:
        if len(options.names) != len(names):
            raise ValueError(
                f"{path} has {count_of(len(names), 'column')}, but --names has {count_of(len(options.names), 'name')}"
            )
        names = list(options.names)
    _check_names(path, names)
    return Header(separator, names, decisions, {"header": False, "names": names} if decisions else {})


def _first_line(path: Path, text: Lines, separator: str, options: TableOptions) -> tuple[str, str]:
    """Return the separator and the first line that is not empty."""
    for _ in range(options.skip_lines):
        text.line()
    line = text.line()
    if line[:4].lower() == "sep=":  # Excel's separator declaration
        separator, line = line.strip()[4:5], text.line()
    while line and (not line.strip() or (options.skip_invalid and line.startswith(MERGE_MARKERS))):
        line = text.line()
    if not line:
        raise ValueError(f"{path} is empty")
    if line.startswith(MERGE_MARKERS):
        raise ValueError(f"{path}, line 1: {merge_conflict(line)}")
    while line.count('"') % 2:  # a name with a line break in it
        more = text.line()
        if not more or len(line) > MAX_HEADER_BYTES:
            raise ValueError(f"{path} has an unclosed quotation mark in its header")
        line += more
    outside = "".join(line.split('"')[::2])
    separator = separator or max(",;\t|", key=outside.count)
    if outside.count(separator) >= MAX_COLUMNS:
        raise ValueError(f"{path} has {outside.count(separator) + 1:,} columns; the maximum is {MAX_COLUMNS:,}")
    return separator, line


def _cells(path: Path, line: str, separator: str) -> list[str]:
    try:
        return [" ".join(name.split()) for name in next(csv.reader(io.StringIO(line), delimiter=separator))]
    except csv.Error as error:
        raise ValueError(f"{path} has an invalid header: {error}") from None


def _check_names(path: Path, names: Sequence[str]) -> None:
    position: dict[str, int] = {}
    for i, name in enumerate(names):
        if not name.isprintable():
            raise ValueError(
                f"{path}: column {i + 1} has a name with unprintable characters, {quoted(name)}; rename it"
            )
        if name and name in position:
            raise ValueError(
                f"{path} has two columns {quoted(name)}, {position[name] + 1} and {i + 1}; rename one of them, or pass "
                "--no-header if the first line is no header"
            )
        position[name] = i


def _sample(text: Lines, separator: str) -> list[list[str]]:
    """Return the cells of some rows below the first line."""
    peeked = text.peek(SAMPLE_BYTES)
    lines = peeked.decode("utf-8", errors="ignore").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if len(peeked) >= SAMPLE_BYTES:
        lines.pop()  # it may be incomplete
    try:
        rows = list(csv.reader(lines, delimiter=separator))
    except csv.Error:
        return []
    return [[cell.strip() for cell in row] for row in rows if row][:SAMPLE_ROWS]


def _is_header(path: Path, first: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Return whether a line is a header, not one more row; raise ValueError if it may be either."""
    rows = [row for row in rows if len(row) == len(first)]
    if len(rows) < MIN_ROWS:
        if any(first) and all(_is_number(cell) for cell in first if cell):
            raise ValueError(_two_readings(path, first))
        return True
    like_rows, is_numeric = [], []
    for cell, *below in zip(first, *rows, strict=True):
        present = [text for text in below if text]
        for is_such in (_is_number, DATE_OR_TIME.fullmatch):
            if present and sum(map(bool, map(is_such, present))) >= MIN_SHARE * len(present):
                if cell and not is_such(cell):
                    return True  # text above numbers or dates is a name
                like_rows.append(bool(cell))
                is_numeric.append(bool(cell) and is_such is _is_number)
                break
        else:
            like_rows.append(bool(cell) and cell in present)
            is_numeric.append(False)
    if not any(is_numeric):
        return sum(like_rows) < MIN_SHARE * len(like_rows) or not any(like_rows)
    numbers = [cell for cell, is_number in zip(first, is_numeric, strict=True) if is_number]
    if _may_be_names(numbers):
        raise ValueError(_two_readings(path, first))
    return False


def _may_be_names(numbers: Sequence[str]) -> bool:
    """Return whether numbers may be names of columns: years, or consecutive integers."""
    if not all(number.isdecimal() for number in numbers) or len(set(numbers)) < len(numbers):
        return False
    values = [int(number) for number in numbers]
    is_consecutive = len(values) > 1 and values == list(range(values[0], values[0] + len(values)))
    return is_consecutive or all(value in YEARS for value in values)


def _two_readings(path: Path, first: Sequence[str]) -> str:
    return (
        f"{path}, line 1 may be a header or a row: {', '.join(map(quoted, first[:3]))}{', …' * (len(first) > 3)}; pass "
        "--header or --no-header"
    )


def _is_number(text: str) -> bool:
    try:
        float(text.replace(",", "."))
    except ValueError:
        return False
    return True


def merge_conflict(line: str) -> str:
    """Return the message for a line that version control has left."""
    return (
        f"{quoted(line.strip())} is a merge conflict marker; resolve the conflict, or keep the rows of both versions "
        "with --skip-invalid"
    )


def count_of(number: int, what: str) -> str:
    """Return a number with its noun.

    >>> count_of(1, "value"), count_of(2, "value")
    ('1 value', '2 values')
    """
    return f"{number} {what}{'s' * (number != 1)}"
