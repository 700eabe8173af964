"""Tables in delimited text files, .csv, .tsv, and .psv, plain or compressed, with a header line.

The separator is inferred from the header: a tab, a semicolon, a comma, or a vertical bar. Values may be quoted and
may then contain line breaks; empty lines are skipped. The text is validated block by block while it is read, so a
binary file or a compression bomb raises an error early.
"""

from __future__ import annotations

import codecs
import re
from pathlib import Path
from typing import Any

import numpy as np

from glassnet.common.specs import join_names
from glassnet.common.user_warnings import warn
from glassnet.data.tables.cells import CellError, quoted
from glassnet.data.tables.compression import BoundedReader
from glassnet.data.tables.footer import MAX_FOOTER, check_no_total, footer_advice, footer_start
from glassnet.data.tables.header import MAX_HEADER_BYTES, MERGE_MARKERS, count_of, merge_conflict, read_header
from glassnet.data.tables.table import Table
from glassnet.data.tables.text_columns import table_of_texts
from glassnet.data.tables.type_inference import TableOptions

LINE_BREAK = re.compile(rb"\r\n|\n|\r")

BLOCK_BYTES = 1 << 24
"""Bytes read at a time, and the maximum length of a row; increased for many columns, because each array has a cost."""

BLOCK_BYTES_PER_COLUMN, MAX_BLOCK_BYTES = 10_000, 1 << 30

MAX_BYTES = 8 << 30
"""Maximum size of the text in bytes."""

MAX_LISTED = 5
"""Maximum number of skipped lines that are listed."""

SAVE_ADVICE = "save it as CSV in UTF-8"


def read_text(path: Path, options: TableOptions, separator: str = "") -> Table:
    """Return the table in a text file; raise ValueError with the column and the row if it is invalid.

    A column without a name is skipped if it is empty or an index, as pandas writes it. Otherwise it is named by its
    position, "column 3". separator: inferred from the header if empty.
    """
    import pyarrow as pa

    with TextReader(path, options.skip_footer or 0) as text:
        header = read_header(path, text, separator, options)
        separator, names = header.separator, header.names
        column_names = [name or f"column {i + 1}" for i, name in enumerate(names)]
        try:
            options.check(column_names)
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from None
        chunks = _rows(path, text, separator, names, options.skip_invalid)
    columns, rows = {}, sum(len(chunk[0]) for chunk in chunks)
    try:
        if options.skip_footer is None:
            check_no_total(chunks)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
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
    except CellError as error:
        raise ValueError(f"{path}: {error}{footer_advice(error.row, rows)}") from None
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
    unnamed = [called for called, name in zip(column_names, names, strict=True) if not name and called in table.kinds]
    for name in unnamed:
        if name not in options.categorical and not _is_row_number(table.kinds[name], table[name]):
            raise ValueError(
                f"{path}: {name} has values but no name; name it in the header, ignore it with --drop '{name}', or "
                "pass --skip-lines 1 if line 1 is a title"
            )
    table.decisions = (*header.decisions, *table.decisions)
    table.inferred.update(header.inferred)
    return table.without(*(name for name in unnamed if name not in options.categorical))


def names_in(path: Path, options: TableOptions, separator: str = "") -> list[str]:
    """Return the column names, "" for unnamed columns."""
    with TextReader(path, options.skip_footer or 0) as text:
        return read_header(path, text, separator, options).names


def _is_row_number(kind: str, values: Any) -> bool:
    """Return whether a column is empty, or contains distinct integers: an index, or a part of one."""
    if kind == "text":
        return False
    there = values[~np.isnan(values)]
    return len(there) == 0 or (len(np.unique(there)) == len(values) and bool((there == np.floor(there)).all()))


def _rows(path: Path, text: TextReader, separator: str, names: list[str], skip_invalid: bool) -> list[list[Any]]:
    """Return the cells below the header, block by block, as one pyarrow array of text per column."""
    import pyarrow as pa
    from pyarrow import csv as reader

    block = min(max(BLOCK_BYTES, BLOCK_BYTES_PER_COLUMN * len(names)), MAX_BLOCK_BYTES)
    invalid: list[Any] = []

    def keep(row: Any) -> str:
        invalid.append(row)
        return "skip" if skip_invalid else "error"

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
        if invalid and not skip_invalid:
            raise ValueError(_ragged(path, invalid[0], names)) from None
        if "straddling" in str(error):
            raise ValueError(
                f"{path} contains a row of more than {block:,} bytes; check it for an unclosed quotation mark"
            ) from None
        if "Empty CSV" not in str(error):
            raise ValueError(f"{path} cannot be read as a table: {error}") from None
        chunks = []
    if not chunks:
        raise ValueError(f"{path} has no rows below its header")
    if invalid:
        listed = join_names([quoted(row.text) for row in invalid], MAX_LISTED)
        warn(f"skipped {count_of(len(invalid), 'line')} of {path} with too few or too many values: {listed}")
    last = chunks[-1][-1][-1].as_py()
    if text.quotes % 2 and "\n" in last:
        raise ValueError(f"{path} ends within quotation marks; one is unclosed near {quoted(last.strip())}")
    return chunks


def _ragged(path: Path, row: Any, names: list[str]) -> str:
    """Return what is wrong with a row that has too few or too many values."""
    line, after = _line_number(path, row.text)
    place = f"{path}, " + (f"line {line}" if line else f"row {row.number}")
    if row.text.startswith(MERGE_MARKERS):
        return f"{place}: {merge_conflict(row.text)}"
    many = "more" if row.actual_columns > row.expected_columns else "fewer"
    advice = "--skip-invalid to skip such lines" + (footer_advice(line, line + after) if line else "")
    if row.number == 1 and len(names) == 1:
        advice = f"--skip-lines 1 if line 1 is a title ({quoted(names[0])}), or {advice}"
    return (
        f"{place} contains {count_of(row.actual_columns, 'value')}, {many} than the header, which has "
        f"{count_of(row.expected_columns, 'column')}: {quoted(row.text)}; pass {advice}"
    )


def _line_number(path: Path, row: str) -> tuple[int | None, int]:
    """Return the number of the line that a row begins with, from 1, None if it is not found; and how many remain.

    The latter counts this line, and no empty lines.
    """
    wanted, found = row.splitlines()[0].strip() if row.strip() else "", None
    with TextReader(path) as text:
        number = remaining = 0
        while line := text.line():
            number += 1
            if found is None and line.strip() == wanted:
                found = number
            remaining += found is not None and bool(line.strip())
            if remaining > MAX_FOOTER:
                break
    return found, remaining


class TextReader:
    """A text file that is validated while it is read: UTF-8, without null bytes, and of bounded size.

    skip_footer: number of lines at the end that are not read.
    """

    def __init__(self, path: Path, skip_footer: int = 0) -> None:
        self.skip_footer, self.held = skip_footer, bytearray()
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

    def peek(self, size: int) -> bytes:
        """Return up to `size` of the next bytes, which remain to be read."""
        seen = bytearray()
        while len(seen) < size and (chunk := self.read(size - len(seen))):
            seen += chunk
        self.pending = bytes(seen) + self.pending
        return bytes(seen)

    def read(self, size: int = -1) -> bytes:
        """Return the next chunk, at most `size` bytes; raise ValueError if it is not text or exceeds the limits."""
        if self.pending:
            size = len(self.pending) if size < 0 else size
            chunk, self.pending = self.pending[:size], self.pending[size:]
            return chunk
        size = MAX_BYTES if size < 0 else size
        chunk = self.file.read(size)
        self._validate(chunk)
        return self._without_footer(chunk, size) if self.skip_footer else chunk

    def _without_footer(self, chunk: bytes, size: int) -> bytes:
        """Return the next bytes, at most `size`, that cannot belong to the footer; the rest is held back."""
        while chunk:
            self.held += chunk
            if start := footer_start(self.held, self.skip_footer):
                self.pending = bytes(self.held[size:start])
                found = bytes(self.held[: min(size, start)])
                del self.held[:start]
                return found
            chunk = self.file.read(size)
            self._validate(chunk)
        return b""

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
