"""Tables in files of text, .csv and .tsv, also packed by gzip: names of the columns first, then a row a line.

The header tells what separates the columns: a tab, a semicolon or a comma. Values may stand in quotes, also with line
breaks inside; empty lines do not count. The text is looked through while it is read, so what is no text, or more than
it pretends to be, is refused after a block of it.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import re
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from glassnet.data.tables.table import Table
from glassnet.data.tables.type_inference import TableOptions, number_in, quoted, values_of

ENDINGS = (".csv", ".tsv", ".csv.gz", ".tsv.gz")

MOST_COLUMNS = 100_000
LONGEST_HEADER = 1 << 24
"""Maximum number of columns, and of bytes of the header."""

END = re.compile(rb"\r\n|\n|\r")

BLOCK = 1 << 24
"""Bytes read at a time, and the maximum length of a row; more with many columns, because each array has a cost."""

BLOCK_PER_COLUMN, LARGEST_BLOCK = 10_000, 1 << 30

LARGEST, UNPACKED, RATIO = 8 << 30, 1 << 26, 100
"""Maximum size of a text in bytes; a compressed file above UNPACKED must have a ratio below RATIO."""

READABLE = "save it as CSV in UTF-8"


def read_text(path: Path, reading: TableOptions) -> Table:
    """Return the table in a file of text; ValueError with the column and the row says what is wrong with it.

    A column without a name is left out if it is empty or numbers the rows, as pandas writes it; else it is called by
    its place, "column 3".
    """
    import pyarrow as pa

    with _Text(path) as text:
        separator, names = _header(path, text)
        called = [name or f"column {i + 1}" for i, name in enumerate(names)]
        try:
            reading.check(called)
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from None
        chunks = _rows(path, text, separator, names)
    columns, kinds = {}, {}
    for i, name in enumerate(called):
        # Each column's text is let go as soon as its values are there.
        cells = pa.chunked_array([chunk[i] for chunk in chunks], pa.string())
        for chunk in chunks:
            chunk[i] = None
        if name in reading.drop:
            continue
        try:
            kind, values = values_of(name, cells, reading, allows_comma=separator != ",")
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from None
        if not names[i] and name not in reading.words:
            if _numbers_the_rows(kind, values):
                continue
            raise ValueError(
                f"{path}: {name} has values but no name; name it in the header, or ignore it with --drop '{name}'"
            )
        columns[name], kinds[name] = values, kind
    if not columns:
        raise ValueError(f"{path} has no columns left after --drop")
    return Table(columns, kinds)


def names_in(path: Path) -> list[str]:
    """Return the names of the columns, "" where one has none."""
    with _Text(path) as text:
        return _header(path, text)[1]


def _numbers_the_rows(kind: str, values: Any) -> bool:
    """Return whether a column is empty, or whole numbers none of which stands twice: an index, or a part of one."""
    if kind == "word":
        return False
    there = values[~np.isnan(values)]
    return len(there) == 0 or (len(np.unique(there)) == len(values) and bool((there == np.floor(there)).all()))


def _header(path: Path, text: _Text) -> tuple[str, list[str]]:
    """Return what separates the columns, and their names."""
    line = text.line()
    separator = "\t" if path.name.lower().removesuffix(".gz").endswith(".tsv") else ""
    if line[:4].lower() == "sep=":  # Excel's own way to say it
        separator, line = line.strip()[4:5], text.line()
    while line and not line.strip():
        line = text.line()
    if not line:
        raise ValueError(f"{path} is empty")
    while line.count('"') % 2:  # a name with a line break in it
        more = text.line()
        if not more or len(line) > LONGEST_HEADER:
            raise ValueError(f"{path} has an unclosed quotation mark in its header")
        line += more
    outside = "".join(line.split('"')[::2])
    separator = separator or max(",;\t", key=outside.count)
    if outside.count(separator) >= MOST_COLUMNS:
        raise ValueError(f"{path} has {outside.count(separator) + 1:,} columns; the maximum is {MOST_COLUMNS:,}")
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
    if all(number_in(name) is not None for name in names if name):
        raise ValueError(
            f"{path} begins with numbers ({', '.join(map(quoted, names[:3]))}{', …' * (len(names) > 3)}), where the "
            "column names are expected; add a header line"
        )
    return separator, names


def _rows(path: Path, text: _Text, separator: str, names: list[str]) -> list[list[Any]]:
    """Return the cells below the header, block by block, as pyarrow arrays of text: one for each column."""
    import pyarrow as pa
    from pyarrow import csv as reader

    block = min(max(BLOCK, BLOCK_PER_COLUMN * len(names)), LARGEST_BLOCK)
    wrong: list[Any] = []

    def keep(row: Any) -> str:
        wrong.append(row)
        return "error"

    places = [str(i) for i in range(len(names))]
    try:
        batches = reader.open_csv(
            pa.PythonFile(text, mode="r"),
            # With one thread the rows are counted, so that a wrong one can be named.
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
        if wrong:
            raise ValueError(_ragged(path, wrong[0])) from None
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


class _Text:
    """A file of text, handed on piece by piece while it is looked at: is it text at all, and does it stay bounded?"""

    def __init__(self, path: Path) -> None:
        self.path, self.closed = path, False
        self.size = path.stat().st_size
        self.packed = path.name.lower().endswith(".gz")
        self.file: Any = gzip.open(path) if self.packed else path.open("rb")  # noqa: SIM115 - closed by __exit__
        self.decoder = codecs.getincrementaldecoder("utf-8")()
        self.pending, self.count, self.lines, self.quotes = b"", 0, 0, 0

    def __enter__(self) -> _Text:
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()

    def close(self) -> None:
        """Stay open for who called: pyarrow closes what it has read to the end."""

    def line(self) -> str:
        """Return the next line, with its end; what comes behind it is still to be read."""
        seen, end = bytearray(), None
        while True:
            chunk = self.read(1 << 16)
            begin = max(len(seen) - 1, 0)
            seen += chunk
            end = END.search(seen, begin)
            # A carriage return that comes last may be half of an end.
            if not chunk or (end and (end.end() < len(seen) or end[0] != b"\r")):
                break
            if len(seen) > LONGEST_HEADER:
                raise ValueError(
                    f"{self.path} has no line break in its first {LONGEST_HEADER:,} bytes, so it is not a table; "
                    f"{READABLE}"
                )
        cut = end.end() if end else len(seen)
        self.pending = bytes(seen[cut:]) + self.pending
        return seen[:cut].decode("utf-8").removeprefix("\ufeff")

    def read(self, size: int = -1) -> bytes:
        """Return the next piece, at most `size` bytes; ValueError where it is no text, or too much of it."""
        if self.pending:
            size = len(self.pending) if size < 0 else size
            chunk, self.pending = self.pending[:size], self.pending[size:]
            return chunk
        try:
            chunk = self.file.read(size)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise ValueError(f"{self.path} is not a complete gzip file: {error}") from None
        self._look(chunk)
        return chunk

    def _look(self, chunk: bytes) -> None:
        if not self.count and chunk[:2] in (b"\xff\xfe", b"\xfe\xff"):
            raise ValueError(f"{self.path} is text in UTF-16; {READABLE}")
        self.count += len(chunk)
        if self.count > LARGEST:
            raise ValueError(f"{self.path} contains more than {LARGEST:,} bytes of text; save it as a .parquet file")
        if self.packed and self.count > max(UNPACKED, RATIO * self.size):
            raise ValueError(
                f"{self.path} unpacks to more than {RATIO} times its size, which is not plausible for a table"
            )
        if b"\0" in chunk:
            raise ValueError(f"{self.path} is not text; {READABLE}")
        begun = len(self.decoder.getstate()[0])  # bytes of a character that the last piece ended in
        try:
            self.decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            line = self.lines + chunk[: max(error.start - begun, 0)].count(b"\n") + 1
            raise ValueError(
                f"{self.path}, line {line}: byte {error.object[error.start]:#x} is not UTF-8; {READABLE} "
                "(Excel: “CSV UTF-8”; or iconv -f latin1 -t utf-8)"
            ) from None
        self.lines += chunk.count(b"\n")
        self.quotes += chunk.count(b'"')
