"""Cells of a text file that do not fit a model: words in a column of numbers, booleans, or dates."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import numpy as np

from glassnet.common.text import printable
from glassnet.data.tables.arrow import text_array
from glassnet.data.tables.cells import cleaned, quoted
from glassnet.data.tables.date_formats import parsed_dates
from glassnet.data.tables.number_formats import Separators, parsed
from glassnet.data.tables.table import Table
from glassnet.data.tables.type_inference import TableOptions, values_of


def with_valid_cells(
    table: Table,
    numeric: Iterable[str],
    dates: Iterable[str],
    by: Separators,
    na_value: Collection[str] = (),
    dayfirst: bool = True,
) -> tuple[Table, dict[int, str]]:
    """Return a table with columns of text as numbers or dates, and the rows with invalid cells, each with the reason.

    numeric, dates: names of columns of text. by: separators of numbers. na_value: texts that count as missing.
    dayfirst: whether 3/1/2024 is in January. Invalid cells are missing in the table; rows are counted from 0.

    >>> from glassnet.data.tables.number_formats import POINT
    >>> with_valid_cells(Table({"lift": ["TRUE", "maybe", None]}), ["lift"], [], POINT)[1]
    {1: "column 'lift' contains 'maybe'"}
    """
    invalid: dict[int, str] = {}
    for name in (*numeric, *dates):
        texts = table[name].tolist()
        known = sorted({text for text in texts if text is not None})
        values, wrong = _dates(known, dayfirst) if name in dates else _numbers(name, known, by, na_value)
        missing = np.datetime64("NaT", "s") if name in dates else np.nan
        for row, text in enumerate(texts):
            if text in wrong:
                invalid.setdefault(row, f"column {name!r} contains {printable(quoted(text))}")
        table = table.with_column(name, np.array([values.get(text, missing) for text in texts]))
    return table, dict(sorted(invalid.items()))


def _dates(texts: list[str], dayfirst: bool) -> tuple[dict[str, Any], set[str]]:
    """Return the date of each text that has one, and the other texts."""
    values = dict(zip(texts, parsed_dates(text_array(texts), dayfirst), strict=True))
    return values, {text for text, value in values.items() if np.isnat(value)}


def _numbers(name: str, texts: list[str], by: Separators, na_value: Collection[str]) -> tuple[dict[str, Any], set[str]]:
    """Return the number of each text that has one, and the texts that are neither numbers, booleans, nor missing."""
    numbers, is_number, _ = parsed(text_array(texts), by)
    values = {text: numbers[i] for i, text in enumerate(texts) if is_number[i]}
    wrong = set[str]()
    for text in texts:
        if text not in values:
            try:
                cells = cleaned(text_array([text]), na_value)
                values[text] = values_of(name, cells, TableOptions(numeric=frozenset([name])), by)[1][0]
            except ValueError:
                wrong.add(text)
    return values, wrong
