"""A table that is opened on the page: its text, read like a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from glassnet.common.specs import join_names
from glassnet.data.tables.reader import column_names, load_table
from glassnet.playground.own import Own, few_rows

MOST_COLUMNS = 500
"""Limit on the columns of a table."""

SUFFIXES = (".csv", ".tsv", ".psv", ".txt", ".jsonl")
"""Formats that are text; a file with another name is read as CSV."""


def own_table(name: str, text: str, target: str | None = None) -> tuple[Own, Sequence[str]]:
    """Return the rows of a table, and the names of its columns.

    name: of its file, which determines the format. text: its content. target: the column to predict; the last one if
    None. Raises ValueError if the text is not such a table.
    """
    suffix = Path(name).suffix.lower()
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"table{suffix if suffix in SUFFIXES else '.csv'}"
        path.write_text(text, encoding="utf-8", errors="replace", newline="")
        try:
            columns = [one or f"column {i + 1}" for i, one in enumerate(column_names(path))]
            if len(columns) > MOST_COLUMNS:
                raise ValueError(f"there are {len(columns):,} columns; the playground shows at most {MOST_COLUMNS}")
            if target is not None and target not in columns:
                raise ValueError(f"there is no column {target!r}; columns: {join_names(columns)}")
            data = load_table(path, target=columns[-1] if target is None else target)
        except (ValueError, TypeError, OSError) as error:
            raise ValueError(str(error).replace(str(path), Path(name).name or "the table")) from None
    return Own(replace(few_rows(data), name=Path(name).stem or "table")), columns
