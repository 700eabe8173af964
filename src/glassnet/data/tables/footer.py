"""The footer of a text file: last lines that are no rows, such as a total or a note on the source.

A footer is left out only with `--skip-footer`. A last line that begins with "Total" raises an error, since it would be
read as one more row. For other footers, the error about a cell that does not fit its column names the option.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from glassnet.common.specs import join_names
from glassnet.data.tables.cells import quoted

MAX_FOOTER = 3
"""Maximum number of lines that are taken for a footer."""

TOTAL = re.compile(
    r"(grand |sub-?)?totals?|sums?|averages?|mean|summe|gesamt|insgesamt|somme|suma|totale", re.IGNORECASE
)
"""First cells of lines with totals."""


def footer_start(text: bytes | bytearray, lines: int) -> int:
    """Return where the last lines begin; empty lines do not count.

    >>> footer_start(b"1,2\\n3,4\\nTotal,6\\n\\n", 1)
    8
    """
    start = len(text)
    for _ in range(lines):
        end = start
        while end and text[end - 1] in b"\r\n":
            end -= 1
        start = text.rfind(b"\n", 0, end) + 1
        start = max(start, text.rfind(b"\r", start, end) + 1)
        if not start:
            break
    return start


def check_no_total(chunks: Sequence[Sequence[Any]]) -> None:
    """Raise ValueError if one of the last lines is a total.

    chunks: the rows in blocks, each with one pyarrow array of text per column. A word that occurs again in its column
    is a category. Below a total there may be notes, with a single cell each.
    """
    import pyarrow.compute as pc

    last = chunks[-1]
    rows, block = sum(len(chunk[0]) for chunk in chunks), len(last[0])
    for number in range(1, min(MAX_FOOTER, block, rows - 1) + 1 if len(last) > 1 else 0):
        cells = [column[block - number].as_py() for column in last]
        filled = [(i, cell) for i, cell in enumerate(cells) if cell.strip()]
        column, text = filled[0] if filled else (0, "")
        if not TOTAL.fullmatch(text.strip().rstrip(":")):
            if len(filled) > 1:
                return
            continue
        if sum(pc.sum(pc.equal(chunk[column], text)).as_py() or 0 for chunk in chunks) > 1:
            return
        raise ValueError(
            f"row {rows - number + 1} looks like a total: {join_names(list(map(quoted, cells)), 4)}; pass "
            f"--skip-footer {number} to leave out {_called(number)}, or --skip-footer 0 to read it as a row"
        )


def footer_advice(row: int, rows: int) -> str:
    """Return advice for an error in one of the last rows of a file, else an empty string; row: counted from 0."""
    number = rows - row
    if not row or number > MAX_FOOTER:
        return ""
    return f"; pass --skip-footer {number} if {_called(number)} {'is no row' if number == 1 else 'are no rows'}"


def _called(number: int) -> str:
    return "the last line" if number == 1 else f"the last {number} lines"
