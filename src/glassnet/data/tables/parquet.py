"""Tables in Parquet files, read on access: one column at a time, row group by row group.

A table may therefore be larger than memory. The metadata of the file is validated before anything is decompressed.
"""

from __future__ import annotations

import dataclasses
import itertools
import shlex
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from glassnet.common.arrays import AnyArray, IntArray
from glassnet.data.tables.arrow import to_numpy
from glassnet.data.tables.cells import cleaned, nulls_for_markers, quoted
from glassnet.data.tables.date_columns import date_decision, dates_of, infer_order
from glassnet.data.tables.date_formats import may_hold_dates, parsed_dates
from glassnet.data.tables.decisions import Decision
from glassnet.data.tables.header import MAX_COLUMNS
from glassnet.data.tables.table import BOOLEAN, DATE, NUMBER, TEXT, Table
from glassnet.data.tables.type_inference import EXACT, TableOptions, as_strings, finite, inexact_integers

ENDINGS = (".parquet", ".pq")

PANDAS_INDEX = "__index_level_"
"""Prefix of the columns in which pandas stores its row index; these are skipped."""

MAX_VALUES, MAX_RATIO = 1 << 27, 200
"""Up to MAX_VALUES values may have any compression ratio; above that, MAX_RATIO values per byte are the limit."""

SPARSE_ROWS = 16
"""If more than one row in this many is requested, the whole column is read, which is faster than single row groups."""

MAX_ERROR_CHARACTERS = 200
"""Maximum number of characters quoted from an error of pyarrow."""

PER_SECOND = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
"""Units of time per second."""

MAX_DATE_BYTES = 100
"""A text of more bytes than this is no date."""

MAX_GROUP_BYTES = 1 << 32
"""Maximum size of a decompressed row group in bytes, unless it is below MAX_RATIO times the size of the file."""


def read_parquet(path: Path, options: TableOptions) -> Table:
    """Return the table in a Parquet file, with columns that are read on access; raise ValueError if it is invalid."""
    return table_of(_File(path), options)


def table_of(file: Any, options: TableOptions) -> Table:
    """Return the table in a Parquet file, or in another object with the interface of `_File`.

    Numbers that equal one of the options' `na_value` are missing. Each column is read once, to find inf, dates stored
    as text, and integers that floats cannot represent, except those read as categorical.
    """
    path, names = file.path, names_in(file.path, file)
    try:
        options.check(names)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
    columns, decisions = dict[str, ParquetColumn](), list[Decision]()
    for name in names:
        if name in options.drop:
            continue
        try:
            kind = TEXT if name in options.categorical else _kind(name, file.schema.field(name).type)
            if kind == TEXT and name in options.numeric:
                raise ValueError(f"column {name!r} contains text, not numbers")
            column = ParquetColumn(file, name, kind, options.na_value)
            columns[name], decided = (column, ()) if name in options.categorical else column.validated(options)
            decisions += decided
        except ValueError as error:
            raise ValueError(str(error) if str(error).startswith(str(path)) else f"{path}: {error}") from None
    if not columns:
        raise ValueError(f"{path} has no columns left after --drop")
    kinds = {name: column.kind for name, column in columns.items()}
    return Table(columns, kinds, file.starts.tolist(), decisions)


def names_in(path: Path, file: Any = None) -> list[str]:
    """Return the column names of a file, which may be open already."""
    file = file or _File(path)
    with translated_errors(path):
        names = [name for name in file.schema.names if not name.startswith(PANDAS_INDEX)]
    for i, name in enumerate(names):
        if not name or not name.isprintable():
            raise ValueError(
                f"{path}: column {i + 1} has a name with unprintable characters, {quoted(name)}; rename it"
            )
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"{path} has two columns {quoted(twice)}; rename one of them")
    return names


@dataclass(frozen=True)
class ParquetColumn:
    """A column that is read from its file on access.

    na_value: texts and numbers that count as missing. dayfirst: order of day and month in dates that are text.
    """

    file: Any
    name: str
    kind: str
    na_value: frozenset[str]
    dayfirst: bool = True

    def __len__(self) -> int:
        return int(self.file.starts[-1])

    @property
    def dtype(self) -> np.dtype[Any]:
        """Dtype of the values: float64, float32 if the file contains float32, datetime64[s], or object for text."""
        if self.kind in (TEXT, DATE):
            return np.dtype(object if self.kind == TEXT else "datetime64[s]")
        return np.dtype(np.float32 if str(self.file.schema.field(self.name).type) == "float" else np.float64)

    def take(self, rows: IntArray) -> AnyArray:
        """Return the values of the given rows, (n,); for few rows, only their row groups are read."""
        values = np.empty(len(rows), self.dtype)
        if len(rows) * SPARSE_ROWS >= len(self):
            whole = np.empty(len(self), self.dtype)
            for group, (first, end) in enumerate(itertools.pairwise(self.file.starts.tolist())):
                whole[first:end] = self._group(group)
            return whole.take(rows, out=values)
        group_of = np.searchsorted(self.file.starts, rows, side="right") - 1  # (n,)
        for group in np.unique(group_of).tolist():
            here = group_of == group
            values[here] = self._group(group)[rows[here] - self.file.starts[group]]
        return values

    def validated(self, options: TableOptions) -> tuple[ParquetColumn, Sequence[Decision]]:
        """Return the column as it is to be read, and what was decided; raise ValueError if it contains inf.

        The whole column is read once. Text may turn out to be dates, and large integers to be names.
        """
        column, groups = self, range(len(self.file.starts) - 1)
        if self.kind == TEXT:
            column = self._as_dates(options)
        elif self.name not in options.numeric and (reason := inexact_integers(self._large_integers(), len(self))):
            text = f"{self.name!r} {reason}: read as text"
            return dataclasses.replace(self, kind=TEXT), [
                Decision(self.name, text, f"--numeric {shlex.quote(self.name)}")
            ]
        for group in groups if column.kind == NUMBER else ():
            self._group(group)
        if column.kind != DATE or self.name in options.date:
            return column, ()
        return column, [date_decision(self.name, "dates")]

    def _as_dates(self, options: TableOptions) -> ParquetColumn:
        """Return a column of text as one of dates if it contains dates."""
        import pyarrow as pa

        if not all(_is_short(self.file.read(group, self.name)) for group in range(len(self.file.starts) - 1)):
            return self  # a long text that occurs in many rows is in memory only once, as long as it is not decoded
        if self.name not in options.date and not may_hold_dates(self._texts(0)):
            return self
        texts = pa.chunked_array([self._texts(group) for group in range(len(self.file.starts) - 1)], pa.string())
        order = infer_order({self.name: texts}, options.date, options.dayfirst)
        if self.name not in order.by:
            return self
        dates_of(self.name, texts, order)  # raises for a cell that is not a date
        return dataclasses.replace(self, kind=DATE, dayfirst=order.by[self.name])

    def _large_integers(self) -> list[str]:
        """Return the distinct integers that a float may not represent, as text."""
        import pyarrow.compute as pc

        found = set[str]()
        is_integer = _is_integer(self.file.schema.field(self.name).type)
        for group in range(len(self.file.starts) - 1) if is_integer else ():
            cells = self.file.read(group, self.name)
            limits = pc.min_max(cells).as_py()
            if limits["max"] is not None and max(-limits["min"], limits["max"]) >= EXACT:
                found.update(str(value) for value in pc.unique(pc.drop_null(cells)).to_pylist() if abs(value) >= EXACT)
        return sorted(found)

    def _texts(self, group: int) -> Any:
        """Return the cells of a text column in one row group, a pyarrow array of strings, null where missing."""
        import pyarrow as pa
        import pyarrow.compute as pc

        with translated_errors(self.file.path):
            texts = cleaned(pc.cast(self.file.read(group, self.name), pa.string()), self.na_value)
        return texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts

    def _group(self, group: int) -> AnyArray:
        """Return the values of one row group, (rows,)."""
        import pyarrow as pa
        import pyarrow.compute as pc

        first = int(self.file.starts[group]) + self.file.first_row - 1
        cells = self.file.read(group, self.name)
        is_text = pa.types.is_dictionary(cells.type)  # text is read as a dictionary
        if self.kind == TEXT:
            with translated_errors(self.file.path):
                return as_strings(cells if is_text else pc.cast(cells, pa.string()), {"", *self.na_value})
        if self.kind == DATE:
            texts = nulls_for_markers(self._texts(group)) if is_text else None
            return _timestamps(cells) if texts is None else parsed_dates(texts, self.dayfirst)
        if is_text:
            cells = pc.cast(cells, cells.type.value_type)
        if pa.types.is_boolean(cells.type):
            cells = pc.cast(cells, pa.int8())
        per_hour = 1.0
        if pa.types.is_time(cells.type) or pa.types.is_duration(cells.type):
            per_hour = 3600.0 * PER_SECOND[cells.type.unit]
            cells = pc.cast(cells, pa.int32() if pa.types.is_time32(cells.type) else pa.int64())
        numbers = pc.cast(cells, pa.from_numpy_dtype(self.dtype), safe=False)
        return finite(self.name, to_numpy(numbers, null=np.nan) / per_hour, self.na_value, first)


def _is_short(cells: Any) -> bool:
    """Return whether no text of a dictionary is longer than a date."""
    import pyarrow as pa
    import pyarrow.compute as pc

    chunks = cells.chunks if isinstance(cells, pa.ChunkedArray) else [cells]
    longest = [pc.max(pc.binary_length(chunk.dictionary)).as_py() or 0 for chunk in chunks]
    return max(longest, default=0) <= MAX_DATE_BYTES


def _timestamps(cells: Any) -> AnyArray:
    """Return dates and times, datetime64[s], (n,), as a clock at their place shows them."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_timestamp(cells.type) and cells.type.tz is not None:
        cells = pc.local_timestamp(cells)
    seconds = pc.cast(pc.cast(cells, pa.timestamp("s"), safe=False), pa.int64())
    return to_numpy(seconds, null=np.datetime64("NaT").astype(np.int64)).astype("datetime64[s]")


def _kind(name: str, stored: Any) -> str:
    """Return the kind of a column of this pyarrow type; raise ValueError if it has none."""
    from pyarrow import types

    if types.is_dictionary(stored):
        stored = stored.value_type
    numeric = (types.is_integer, types.is_floating, types.is_decimal, types.is_null, types.is_time, types.is_duration)
    for is_such, kind in (
        (types.is_boolean, BOOLEAN),
        *((is_numeric, NUMBER) for is_numeric in numeric),
        (types.is_timestamp, DATE),
        (types.is_date, DATE),
        (is_text, TEXT),
    ):
        if is_such(stored):
            return kind
    raise ValueError(
        f"column {name!r} contains {stored}, which is neither a number nor text; drop it with --drop "
        f"{shlex.quote(name)}"
    )


def _is_integer(stored: Any) -> bool:
    from pyarrow import types

    return bool(types.is_integer(stored))


def is_text(stored: Any) -> bool:
    """Return whether a pyarrow type is one of text."""
    from pyarrow import types

    return bool(types.is_string(stored) or types.is_large_string(stored) or types.is_string_view(stored))


class _File:
    """A Parquet file with validated metadata. It is opened on first use, and again in each copy.

    first_row: number of its first row in messages.
    """

    first_row = 1

    def __init__(self, path: Path) -> None:
        self.path, self._opened = path, None
        metadata = self._file().metadata
        with translated_errors(path):
            _check_declared_sizes(path, metadata)
            self.schema: Any = self._file().schema_arrow
            groups = [metadata.row_group(group).num_rows for group in range(metadata.num_row_groups)]
        self.starts: IntArray = np.cumsum(
            [0, *groups]
        )  # (groups + 1,): the row each row group begins with, and the end
        if self.starts[-1] == 0:
            raise ValueError(f"{path} has no rows")

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_opened": None}

    def _file(self) -> Any:
        if self._opened is None:
            from pyarrow import parquet

            with translated_errors(self.path):
                file = parquet.ParquetFile(self.path, memory_map=True)
                # Text is read as a dictionary, so that repeated strings are in memory once.
                texts = [field.name for field in file.schema_arrow if is_text(field.type)]
                self._opened = parquet.ParquetFile(self.path, memory_map=True, read_dictionary=texts)
        return self._opened

    def read(self, group: int, name: str) -> Any:
        """Return a column's cells in one row group, a pyarrow array."""
        with translated_errors(self.path):
            cells = self._file().read_row_group(group, columns=[name], use_threads=False).column(0)
        rows = self.starts[group + 1] - self.starts[group]
        if len(cells) != rows:
            raise ValueError(f"{self.path} declares {rows} rows in row group {group}, but has {len(cells)}")
        return cells


@contextmanager
def translated_errors(path: Path, what: str = "a Parquet file") -> Iterator[None]:
    """Turn errors of pyarrow into a ValueError of one sentence."""
    import pyarrow as pa

    try:
        yield
    except (pa.ArrowException, OSError, OverflowError, UnicodeDecodeError) as error:
        brief = " ".join(str(error).split())[:MAX_ERROR_CHARACTERS]
        raise ValueError(f"{path} is not {what}, or incomplete: {brief}") from None


def _check_declared_sizes(path: Path, metadata: Any) -> None:
    """Raise ValueError if the metadata declare implausible sizes: a few bytes may encode any number of equal values."""
    if metadata.num_columns > MAX_COLUMNS:
        raise ValueError(f"{path} has {metadata.num_columns:,} columns; the maximum is {MAX_COLUMNS:,}")
    size = path.stat().st_size
    values = metadata.num_rows * metadata.num_columns
    if not 0 <= values <= max(MAX_VALUES, MAX_RATIO * size):
        raise ValueError(f"{path} declares {values:,} values in {size:,} bytes, which is not plausible")
    rows = 0
    for group in range(metadata.num_row_groups):
        described = metadata.row_group(group)
        rows += described.num_rows
        # The metadata of single columns are not read: pyarrow aborts the process if they are damaged.
        if described.num_rows < 0 or not 0 <= described.total_byte_size <= max(MAX_GROUP_BYTES, MAX_RATIO * size):
            raise ValueError(
                f"{path} declares {described.num_rows:,} rows of {described.total_byte_size:,} bytes in row group "
                f"{group}, which is not plausible"
            )
    if rows != metadata.num_rows:
        raise ValueError(f"{path} declares {metadata.num_rows:,} rows, but its row groups {rows:,}")
