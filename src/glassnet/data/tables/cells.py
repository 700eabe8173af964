"""Cells of text columns: which are missing, and how messages quote them."""

from __future__ import annotations

import shlex
from collections.abc import Collection
from typing import Any

from glassnet.common.arrays import AnyArray
from glassnet.data.tables.arrow import first_row, is_null, is_one_of, to_null

MISSING_MARKERS = ("na", "nan", "<na>", "#n/a", "null", "none")
"""Markers of missing numbers that R, pandas, Excel, databases, and Python write; compared in lower case."""

MAX_CELL_CHARACTERS = 40
"""Maximum number of characters of a cell in a message."""


class CellError(ValueError):
    """A cell that does not fit its column. row: its row, from 0."""

    def __init__(self, message: str, row: int) -> None:
        super().__init__(message)
        self.row = row


def cleaned(cells: Any, na_value: Collection[str] = ()) -> Any:
    """Return cells, a pyarrow array of text, without surrounding spaces, and null where missing."""
    import pyarrow.compute as pc

    cells = pc.utf8_trim_whitespace(cells)
    return to_null(cells, is_one_of(cells, ("", *na_value)))


def nulls_for_markers(cells: Any) -> Any:
    """Return cells with null in place of MISSING_MARKERS."""
    import pyarrow.compute as pc

    return to_null(cells, is_one_of(pc.utf8_lower(cells), MISSING_MARKERS))


def quoted(text: object) -> str:
    """Return a cell as a one-line literal for messages, truncated to MAX_CELL_CHARACTERS."""
    text = str(text)
    return repr(text if len(text) <= MAX_CELL_CHARACTERS else f"{text[:MAX_CELL_CHARACTERS]}…")


def example_of(cells: Any) -> str:
    """Return the first cell that is not missing, quoted."""
    import pyarrow.compute as pc

    return quoted(cells[first_row(pc.is_valid(cells))])


def as_categorical(name: str) -> str:
    """Return the option that reads a column as text."""
    return f"--categorical {shlex.quote(name)}"


def check_parsed(name: str, cells: Any, is_invalid: AnyArray, what: str) -> None:
    """Raise CellError for the first cell that has a value but could not be parsed.

    cells: a pyarrow array of text, (n,). is_invalid: (n,). what: what the cell should be, such as "a date".
    """
    if (is_wrong := is_invalid & ~is_null(cells)).any():
        row = int(is_wrong.argmax())
        text = cells[row].as_py()
        raise CellError(
            f"column {name!r}, row {row + 1}: {quoted(text)} is not {what}; pass --na-value "
            f"{shlex.quote(text[:MAX_CELL_CHARACTERS])} to read it as missing, or {as_categorical(name)}",
            row,
        )
