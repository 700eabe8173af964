"""File formats of tables, and sources that are no file of their own: standard input, pipes, and spreadsheets.

    with readable_file("-") as (path, file_format):      standard input, copied to a temporary file
        ...

A pipe can be read only once, and a spreadsheet is slow to read, so both become temporary files, which are kept until
the process ends. Messages name the source, not the temporary file.
"""

from __future__ import annotations

import atexit
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from glassnet.common.files import existing_path
from glassnet.common.pipes import reading
from glassnet.common.specs import unknown
from glassnet.data.tables import compression

FORMATS = {
    "csv": (".csv",),
    "tsv": (".tsv",),
    "psv": (".psv",),
    "jsonl": (".jsonl", ".ndjson"),
    "parquet": (".parquet", ".pq"),
    "feather": (".feather", ".arrow"),
    "xlsx": (".xlsx",),
}
"""Endings of file names by format."""

TEXT_FORMATS = ("csv", "tsv", "psv", "jsonl")
"""Formats that may be compressed."""

ENDINGS_TEXT = "CSV, TSV, PSV, or JSON Lines (also .gz, .bz2, .xz, .zst, or .zip), Parquet, Feather, or .xlsx"
"""The supported formats in messages."""

MAGIC = {b"PAR1": "parquet", b"ARROW1": "feather"}
"""Formats by the first bytes of a stream."""

STANDARD_INPUT = "-"

DESCRIPTORS = ("/dev/stdin", "/dev/fd/", "/proc/self/fd/")
"""Beginnings of the names of open files, such as that of a process substitution in a shell."""

MAX_STREAM_BYTES = 8 << 30

_copies: dict[tuple[object, ...], Path] = {}


def format_of(name: str) -> str | None:
    """Return the format of a table by the ending of its name, or None if it is not that of a table.

    >>> format_of("prices.tsv.gz"), format_of("prices.zip"), format_of("prices.npz")
    ('tsv', 'csv', None)
    """
    plain = compression.uncompressed_name(name.lower())
    found = next((key for key, endings in FORMATS.items() if plain.endswith(endings)), None)
    if found is None and name.lower().endswith(".zip"):
        return "csv"
    return found if plain == name.lower() or found in TEXT_FORMATS else None


def is_stream(source: str | Path) -> bool:
    """Return whether a source is standard input or a pipe, which can be read only once.

    >>> is_stream("-"), is_stream("/dev/fd/63"), is_stream("prices.csv")
    (True, True, False)
    """
    name = str(source)
    return name == STANDARD_INPUT or name.startswith(DESCRIPTORS) or Path(name).is_fifo()


def label_of(source: Any) -> str:
    """Return the name of a file, a stream, or a table in memory in messages."""
    if not isinstance(source, (str, Path)):
        return "the table"
    return "standard input" if str(source) == STANDARD_INPUT else str(source)


def check_format(file_format: str | None) -> None:
    """Raise ValueError if this is not the name of a format."""
    if file_format is not None and file_format not in FORMATS:
        raise unknown("format", str(file_format), FORMATS)


@contextmanager
def readable_file(
    source: str | Path, file_format: str | None = None, sheet: str | int | None = None, decimal: str = "."
) -> Iterator[tuple[Path, str]]:
    """Yield the path of a file that can be read repeatedly, and its format; errors inside name the source.

    file_format: by default that of the name; CSV for a stream. sheet: of a spreadsheet, by name or number. decimal: the
    decimal separator that the text will be read with.
    """
    check_format(file_format)
    label = label_of(source)
    if is_stream(source):
        path = _stream_copy(source)
        found = file_format or _format_by_magic(path) or format_of(str(source)) or "csv"
    else:
        path = existing_path(source)
        found = file_format or format_of(path.name) or ""
        if not found:
            raise ValueError(f"{path} is not a supported table; pass --format for a table in {ENDINGS_TEXT}")
        if file_format is None and path.name.lower().endswith(".zip"):
            found = _format_in_archive(path) or found
    if sheet is not None and found != "xlsx":
        raise ValueError(f"--sheet applies to .xlsx files, but {label} is {found.upper()}")
    try:
        if found == "xlsx":
            path, found = _sheet_copy(path, sheet, decimal), "csv"
        yield path, found
    except ValueError as error:
        if str(path) == label or str(path) not in str(error):
            raise
        raise type(error)(str(error).replace(str(path), label)) from None


def _format_in_archive(path: Path) -> str | None:
    """Return the format of the first table in a .zip archive, or None; errors are reported when it is read."""
    try:
        with zipfile.ZipFile(path) as archive:
            return next((found for name in archive.namelist() if (found := format_of(name)) in TEXT_FORMATS), None)
    except (OSError, zipfile.BadZipFile, NotImplementedError):
        return None


def _format_by_magic(path: Path) -> str | None:
    with path.open("rb") as file:
        head = file.read(max(map(len, MAGIC)))
    return next((found for magic, found in MAGIC.items() if head.startswith(magic)), None)


def _stream_copy(source: str | Path) -> Path:
    """Return a temporary file with the contents of a stream; what is open already is read once per process."""
    is_open = str(source) == STANDARD_INPUT or str(source).startswith(DESCRIPTORS)
    key = ("stream", str(source), None if is_open else reading())
    if key not in _copies or not (is_open or reading()):
        _copies[key] = _new_file(".stream")
        try:
            with _open_stream(source) as stream, _copies[key].open("wb") as file:
                _copy(stream, file, label_of(source))
        except (OSError, ValueError):
            _copies.pop(key).unlink(missing_ok=True)
            raise
    return _copies[key]


@contextmanager
def _open_stream(source: str | Path) -> Iterator[IO[bytes]]:
    if str(source) != STANDARD_INPUT:
        with Path(source).open("rb") as file:
            yield file
    elif sys.stdin is None or not hasattr(sys.stdin, "buffer"):
        raise ValueError("standard input is closed; pass a file")
    else:
        yield sys.stdin.buffer


def _copy(stream: IO[bytes], file: IO[bytes], label: str) -> None:
    count = 0
    while chunk := stream.read(1 << 20):
        count += len(chunk)
        if count > MAX_STREAM_BYTES:
            raise ValueError(f"{label} contains more than {MAX_STREAM_BYTES:,} bytes; pass a .parquet file")
        file.write(chunk)


def _sheet_copy(path: Path, sheet: str | int | None, decimal: str) -> Path:
    """Return a temporary CSV file with one sheet of a spreadsheet."""
    from glassnet.data.tables.spreadsheets import write_csv

    about = path.stat()
    key = ("sheet", path.resolve(), about.st_mtime_ns, about.st_size, sheet, decimal)
    if key not in _copies:
        copy = _new_file(".csv")
        try:
            write_csv(path, sheet, copy, decimal)
        except BaseException:
            copy.unlink(missing_ok=True)
            raise
        _copies[key] = copy
    return _copies[key]


def _new_file(ending: str) -> Path:
    if ("folder",) not in _copies:
        folder = tempfile.mkdtemp(prefix="glassnet-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        _copies["folder",] = Path(folder)
    return _copies["folder",] / f"{len(_copies)}{ending}"
