"""Tables in delimited text files, .csv, .tsv, and .psv, plain or compressed, with a header line.

The separator is inferred from the header: a tab, a semicolon, a comma, or a vertical bar. Values may be quoted and
may then contain line breaks; empty lines are skipped. The text is validated block by block while it is read, so a
binary file or a compression bomb raises an error early.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from pathlib import Path
from typing import Any

import numpy as np

from glassnet.data.tables.cells import quoted
from glassnet.data.tables.compression import BoundedReader
from glassnet.data.tables.number_formats import POINT, numbers_in
from glassnet.data.tables.table import Table
from glassnet.data.tables.text_columns import table_of_texts
from glassnet.data.tables.type_inference import TableOptions

MAX_COLUMNS = 100_000
MAX_HEADER_BYTES = 1 << 24
"""Maximum number of columns, and of bytes of the header."""

LINE_BREAK = re.compile(rb"\r\n|\n|\r")

BLOCK_BYTES = 1 << 24
"""Bytes read at a time, and the maximum length of a row; increased for many columns, because each array has a cost."""

BLOCK_BYTES_PER_COLUMN, MAX_BLOCK_BYTES = 10_000, 1 << 30

MAX_BYTES = 8 << 30
"""Maximum size of the text in bytes."""

SAVE_ADVICE = "save it as CSV in UTF-8"


def read_text(path: Path, options: TableOptions, separator: str = "") -> Table:
    """Return the table in a text file; raise ValueError with the column and the row if it is invalid.

    A column without a name is skipped if it is empty or an index, as pandas writes it. Otherwise it is named by its
    position, "column 3". separator: inferred from the header if empty.
    """
    import pyarrow as pa

    with TextReader(path) as text:
        separator, names = _header(path, text, separator)
        column_names = [name or f"column {i + 1}" for i, name in enumerate(names)]
        try:
            options.check(column_names)
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from None
        chunks = _rows(path, text, separator, names)
    columns = {}
    for i, name in enumerate(column_names):
        cells = pa.chunked_array([chunk[i] for chunk in chunks], pa.string())
        for chunk in chunks:
            chunk[i] = None
        if name not in options.drop:
            columns[name] = cells
    if not columns:
        raise ValueError(f"{path} has no columns left after --drop")
    try:
        table = table_of_texts(columns, options, separator == ",")
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
    unnamed = [called for called, name in zip(column_names, names, strict=True) if not name and called in table.kinds]
    for name in unnamed:
        if name not in options.categorical and not _is_row_number(table.kinds[name], table[name]):
            raise ValueError(
                f"{path}: {name} has values but no name; name it in the header, or ignore it with --drop '{name}'"
            )
    return table.without(*(name for name in unnamed if name not in options.categorical))


def names_in(path: Path, separator: str = "") -> list[str]:
    """Return the column names, "" for unnamed columns."""
    with TextReader(path) as text:
        return _header(path, text, separator)[1]


def _is_row_number(kind: str, values: Any) -> bool:
    """Return whether a column is empty, or contains distinct integers: an index, or a part of one."""
    if kind == "text":
        return False
    there = values[~np.isnan(values)]
    return len(there) == 0 or (len(np.unique(there)) == len(values) and bool((there == np.floor(there)).all()))


def _header(path: Path, text: TextReader, separator: str) -> tuple[str, list[str]]:
    """Return the separator and the column names. separator: inferred if empty."""
    line = text.line()
    if line[:4].lower() == "sep=":  # Excel's separator declaration
        separator, line = line.strip()[4:5], text.line()
    while line and not line.strip():
        line = text.line()
    if not line:
        raise ValueError(f"{path} is empty")
    while line.count('"') % 2:  # a name with a line break in it
        more = text.line()
        if not more or len(line) > MAX_HEADER_BYTES:
            raise ValueError(f"{path} has an unclosed quotation mark in its header")
        line += more
    outside = "".join(line.split('"')[::2])
    separator = separator or max(",;\t|", key=outside.count)
    if outside.count(separator) >= MAX_COLUMNS:
        raise ValueError(f"{path} has {outside.count(separator) + 1:,} columns; the maximum is {MAX_COLUMNS:,}")
    try:
        names = [" ".join(name.split()) for name in next(csv.reader(io.StringIO(line), delimiter=separator))]
    except csv.Error as error:
        raise ValueError(f"{path} has an invalid header: {error}") from None
    position: dict[str, int] = {}
    for i, name in enumerate(names):
        if not name.isprintable():
            raise ValueError(
                f"{path}: column {i + 1} has a name with unprintable characters, {quoted(name)}; rename it"
            )
        if name and name in position:
            raise ValueError(
                f"{path} has two columns {quoted(name)}, {position[name] + 1} and {i + 1}; rename one of them"
            )
        position[name] = i
    if any(names) and numbers_in([name for name in names if name], POINT) is not None:
        raise ValueError(
            f"{path} begins with numbers ({', '.join(map(quoted, names[:3]))}{', …' * (len(names) > 3)}), where the "
            "column names are expected; add a header line"
        )
    return separator, names


def _rows(path: Path, text: TextReader, separator: str, names: list[str]) -> list[list[Any]]:
    """Return the cells below the header, block by block, as one pyarrow array of text per column."""
    import pyarrow as pa
    from pyarrow import csv as reader

    block = min(max(BLOCK_BYTES, BLOCK_BYTES_PER_COLUMN * len(names)), MAX_BLOCK_BYTES)
    invalid: list[Any] = []

    def keep(row: Any) -> str:
        invalid.append(row)
        return "error"

    places = [str(i) for i in range(len(names))]
    try:
        batches = reader.open_csv(
            pa.PythonFile(text, mode="r"),
            # pyarrow counts rows only with a single thread; messages need the row number.
            read_options=reader.ReadOptions(column_names=places, block_size=block, use_threads=False),
            parse_options=reader.ParseOptions(
                delimiter=separator, newlines_in_values=True, invalid_row_handler=keep, ignore_empty_lines=True
            ),
            convert_options=reader.ConvertOptions(
                column_types=dict.fromkeys(places, pa.string()), strings_can_be_null=False, check_utf8=False
            ),
        )
        chunks = [batch.columns for batch in batches if batch.num_rows]
    except pa.ArrowInvalid as error:
        if invalid:
            raise ValueError(_ragged(path, invalid[0])) from None
        if "straddling" in str(error):
            raise ValueError(
                f"{path} contains a row of more than {block:,} bytes; check it for an unclosed quotation mark"
            ) from None
        if "Empty CSV" not in str(error):
            raise ValueError(f"{path} cannot be read as a table: {error}") from None
        chunks = []
    if not chunks:
        raise ValueError(f"{path} has no rows below its header")
    last = chunks[-1][-1][-1].as_py()
    if text.quotes % 2 and "\n" in last:
        raise ValueError(f"{path} ends within quotation marks; one is unclosed near {quoted(last.strip())}")
    return chunks


def _ragged(path: Path, row: Any) -> str:
    many = "more" if row.actual_columns > row.expected_columns else "fewer"
    return (
        f"{path}, row {row.number} contains {_count(row.actual_columns, 'value')}, {many} than the header, which has "
        f"{_count(row.expected_columns, 'column')}: {quoted(row.text)}"
    )


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'s' * (number != 1)}"


class TextReader:
    """A text file that is validated while it is read: UTF-8, without null bytes, and of bounded size."""

    def __init__(self, path: Path) -> None:
        self.path, self.closed, self.file = path, False, BoundedReader(path)
        self.decoder = codecs.getincrementaldecoder("utf-8")()
        self.pending, self.count, self.lines, self.quotes = b"", 0, 0, 0

    def __enter__(self) -> TextReader:
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()

    def close(self) -> None:
        """Do nothing: pyarrow closes a file it has read, but the caller still needs it."""

    def line(self) -> str:
        """Return the next line with its line break; the rest remains to be read."""
        seen, end = bytearray(), None
        while True:
            chunk = self.read(1 << 16)
            begin = max(len(seen) - 1, 0)
            seen += chunk
            end = LINE_BREAK.search(seen, begin)
            # A trailing carriage return may be the first half of a line break.
            if not chunk or (end and (end.end() < len(seen) or end[0] != b"\r")):
                break
            if len(seen) > MAX_HEADER_BYTES:
                raise ValueError(
                    f"{self.path} has no line break in its first {MAX_HEADER_BYTES:,} bytes, so it is not a table; "
                    f"{SAVE_ADVICE}"
                )
        cut = end.end() if end else len(seen)
        self.pending = bytes(seen[cut:]) + self.pending
        return seen[:cut].decode("utf-8").removeprefix("\ufeff")

    def read(self, size: int = -1) -> bytes:
        """Return the next chunk, at most `size` bytes; raise ValueError if it is not text or exceeds the limits."""
        if self.pending:
            size = len(self.pending) if size < 0 else size
            chunk, self.pending = self.pending[:size], self.pending[size:]
            return chunk
        chunk = self.file.read(MAX_BYTES if size < 0 else size)
        self._validate(chunk)
        return chunk

    def _validate(self, chunk: bytes) -> None:
        if not self.count and chunk[:2] in (b"\xff\xfe", b"\xfe\xff"):
            raise ValueError(f"{self.path} is text in UTF-16; {SAVE_ADVICE}")
        self.count += len(chunk)
        if self.count > MAX_BYTES:
            raise ValueError(f"{self.path} contains more than {MAX_BYTES:,} bytes of text; save it as a .parquet file")
        if b"\0" in chunk:
            raise ValueError(f"{self.path} is not text; {SAVE_ADVICE}")
        begun = len(self.decoder.getstate()[0])  # bytes of an incomplete character at the end of the last chunk
        try:
            self.decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            line = self.lines + chunk[: max(error.start - begun, 0)].count(b"\n") + 1
            raise ValueError(
                f"{self.path}, line {line}: byte {error.object[error.start]:#x} is not UTF-8; {SAVE_ADVICE} "
                "(Excel: “CSV UTF-8”; or iconv -f latin1 -t utf-8)"
            ) from None
        self.lines += chunk.count(b"\n")
        self.quotes += chunk.count(b'"')
