"""Spreadsheets, .xlsx, as CSV: one sheet, with numbers, dates, and booleans in a form that has one reading."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from typing import Any

from glassnet.common.specs import join_names, unknown
from glassnet.data.tables.compression import ALWAYS_ALLOWED_BYTES

MAX_RATIO = 200
"""Maximum compression ratio of a spreadsheet above ALWAYS_ALLOWED_BYTES."""


def write_csv(path: Path, sheet: str | int | None, out: Path, decimal: str = ".") -> None:
    """Write one sheet of a spreadsheet to a CSV file.

    sheet: its name, or its number from 1; by default the only sheet with data. decimal: the decimal separator of the
    numbers, with which the texts of the sheet will be read, too. Raises ValueError if the file is invalid, or openpyxl
    is not installed.
    """
    try:
        from openpyxl import load_workbook
    except ModuleNotFoundError:
        raise ValueError(f"{path} is a spreadsheet, which needs openpyxl: pip install openpyxl") from None
    _check_size(path)
    with path.open("rb") as content, out.open("w", encoding="utf-8", newline="") as file:
        try:
            with closing(load_workbook(content, read_only=True, data_only=True)) as book:
                chosen = _chosen(path, {one.title: one for one in book.worksheets}, sheet)
                csv.writer(file).writerows(_rows(chosen, decimal))
        except (OSError, MemoryError):
            raise
        except Exception as error:  # openpyxl raises errors of any type for a damaged file
            if isinstance(error, ValueError) and str(error).startswith(str(path)):
                raise
            raise ValueError(_damaged(path, error)) from None


def _damaged(path: Path, error: Exception) -> str:
    return f"{path} is not an .xlsx file, or damaged: {' '.join(str(error).split())[:200]}"


def _check_size(path: Path) -> None:
    """Raise ValueError for a compression bomb, judging by the declared sizes."""
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(one.file_size for one in archive.infolist())
    except (zipfile.BadZipFile, NotImplementedError) as error:
        raise ValueError(_damaged(path, error)) from None
    if size > max(ALWAYS_ALLOWED_BYTES, MAX_RATIO * path.stat().st_size):
        raise ValueError(f"{path} unpacks to {size:,} bytes, which is not plausible for a spreadsheet")


def _chosen(path: Path, sheets: dict[str, Any], sheet: str | int | None) -> Any:
    """Return the chosen sheet, or the only one with data."""
    names = list(sheets)
    if sheet is not None:
        number = int(sheet) if str(sheet).isdecimal() and str(sheet) not in sheets else 0
        name = names[number - 1] if 1 <= number <= len(names) else str(sheet)
        if name not in sheets:
            raise ValueError(f"{path}: {unknown('sheet', name, names)}")
        return sheets[name]
    filled = [name for name, one in sheets.items() if any(_texts(row, ".") for row in one.iter_rows(values_only=True))]
    if not filled:
        raise ValueError(f"{path} is empty")
    if len(filled) > 1:
        raise ValueError(f"{path} has {len(filled)} sheets with data, {join_names(filled)}; choose one with --sheet")
    return sheets[filled[0]]


def _rows(sheet: Any, decimal: str) -> Iterator[Sequence[str]]:
    """Yield the rows of a sheet as texts, without empty rows, and without empty columns at the end."""
    width = 0
    for values in sheet.iter_rows(values_only=True):
        if texts := _texts(values, decimal):
            width = width or len(texts)
            yield [*texts, *[""] * (width - len(texts))]


def _texts(values: Iterable[Any], decimal: str) -> list[str]:
    """Return the cells of a row as texts, without empty ones at the end.

    >>> _texts([1, 2.0, 0.5, True, datetime(2024, 3, 1), "a", None], ".")
    ['1', '2', '0.5', 'TRUE', '2024-03-01', 'a']
    """
    texts = [_text(value, decimal) for value in values]
    while texts and not texts[-1]:
        texts.pop()
    return texts


def _text(value: Any, decimal: str) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value).replace(".", decimal)
    if isinstance(value, datetime):
        return value.isoformat(" ") if value.time() != datetime.min.time() else value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)
