"""Tables in Parquet files, read on access: one column at a time, row group by row group.

A table may therefore be larger than memory. The metadata of the file is validated before anything is decompressed.
"""

from __future__ import annotations

import itertools
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from glassnet.common.arrays import AnyArray, IntArray
from glassnet.data.tables.arrow import to_numpy
from glassnet.data.tables.delimited import MAX_COLUMNS
from glassnet.data.tables.mixed_columns import quoted
from glassnet.data.tables.table import BOOLEAN, NUMBER, TEXT, Table
from glassnet.data.tables.type_inference import DATE_ADVICE, TableOptions, as_strings, check_is_text, finite

ENDINGS = (".parquet", ".pq")

PANDAS_INDEX = "__index_level_"
"""Prefix of the columns in which pandas stores its row index; these are skipped."""

MAX_VALUES, MAX_RATIO = 1 << 27, 200
"""Up to MAX_VALUES values may have any compression ratio; above that, MAX_RATIO values per byte are the limit."""

SPARSE_ROWS = 16
"""If more than one row in this many is requested, the whole column is read, which is faster than single row groups."""

MAX_ERROR_CHARACTERS = 200
"""Maximum number of characters quoted from an error of pyarrow."""

MAX_GROUP_BYTES = 1 << 32
"""Maximum size of a decompressed row group in bytes, unless it is below MAX_RATIO times the size of the file."""


def read_parquet(path: Path, options: TableOptions) -> Table:
    """Return the table in a Parquet file, with columns that are read on access; raise ValueError if it is invalid.

    Numbers that equal one of the options' `na_value` are missing. Each column is validated once, to find inf and dates
    stored as text, except those read as categorical.
    """
    file = _File(path)
    names = names_in(path, file)
    try:
        options.check(names)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
    columns = {}
    for name in names:
        if name in options.drop:
            continue
        try:
            kind = TEXT if name in options.categorical else _kind(name, file.schema.field(name).type)
            if kind == TEXT and name in options.numeric:
                raise ValueError(f"column {name!r} contains text, not numbers")
            columns[name] = ParquetColumn(file, name, kind, options.na_value)
            if name not in options.categorical:
                columns[name].validate()
        except ValueError as error:
            raise ValueError(str(error) if str(error).startswith(str(path)) else f"{path}: {error}") from None
    if not columns:
        raise ValueError(f"{path} has no columns left after --drop")
    return Table(columns, {name: column.kind for name, column in columns.items()}, file.starts.tolist())


def names_in(path: Path, file: _File | None = None) -> list[str]:
    """Return the column names of a file, which may be open already."""
    file = file or _File(path)
    with _translated_errors(path):
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
    """A column that is read from its file on access. na_value: texts and numbers that count as missing."""

    file: _File
    name: str
    kind: str
    na_value: frozenset[str]

    def __len__(self) -> int:
        return int(self.file.starts[-1])

    @property
    def dtype(self) -> np.dtype[Any]:
        """Dtype of the values: float64, float32 if the file contains float32, or object for text."""
        if self.kind == TEXT:
            return np.dtype(object)
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

    def validate(self) -> None:
        """Read the whole column once and raise ValueError if it contains inf, dates, or formatted numbers."""
        for group, first in enumerate(self.file.starts[:-1].tolist()):
            values = self._group(group)
            if self.kind == TEXT:
                check_is_text(self.name, values, first)

    def _group(self, group: int) -> AnyArray:
        """Return the values of one row group, (rows,)."""
        import pyarrow as pa
        import pyarrow.compute as pc

        first = int(self.file.starts[group])
        cells = self.file.read(group, self.name)
        if self.kind == TEXT:
            # Text is read as a dictionary; anything else is a numeric column that is read as categorical.
            is_text = pa.types.is_dictionary(cells.type)
            with _translated_errors(self.file.path):
                return as_strings(cells if is_text else pc.cast(cells, pa.string()), {"", *self.na_value})
        if pa.types.is_dictionary(cells.type):
            cells = pc.cast(cells, cells.type.value_type)
        if pa.types.is_boolean(cells.type):
            cells = pc.cast(cells, pa.int8())
        numbers = pc.cast(cells, pa.from_numpy_dtype(self.dtype), safe=False)
        return finite(self.name, to_numpy(numbers, null=np.nan), self.na_value, first)


def _kind(name: str, stored: Any) -> str:
    """Return the kind of a column of this pyarrow type; raise ValueError if it is neither numeric nor text."""
    from pyarrow import types

    if types.is_dictionary(stored):
        stored = stored.value_type
    for is_such, kind in (
        (types.is_boolean, BOOLEAN),
        *((numbers, NUMBER) for numbers in (types.is_integer, types.is_floating, types.is_decimal, types.is_null)),
        (_is_text, TEXT),
    ):
        if is_such(stored):
            return kind
    advice = "drop it" if not types.is_temporal(stored) else f"{DATE_ADVICE}, or drop the column"
    what = "dates or times" if types.is_temporal(stored) else f"{stored}, which is neither a number nor text"
    raise ValueError(f"column {name!r} contains {what}; {advice} with --drop {shlex.quote(name)}")


def _is_text(stored: Any) -> bool:
    from pyarrow import types

    return bool(types.is_string(stored) or types.is_large_string(stored) or types.is_string_view(stored))


class _File:
    """A Parquet file with validated metadata. It is opened on first use, and again in each copy."""

    def __init__(self, path: Path) -> None:
        self.path, self._opened = path, None
        metadata = self._file().metadata
        with _translated_errors(path):
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

            with _translated_errors(self.path):
                file = parquet.ParquetFile(self.path, memory_map=True)
                # Text is read as a dictionary, so that repeated strings are in memory once.
                texts = [field.name for field in file.schema_arrow if _is_text(field.type)]
                self._opened = parquet.ParquetFile(self.path, memory_map=True, read_dictionary=texts)
        return self._opened

    def read(self, group: int, name: str) -> Any:
        """Return a column's cells in one row group, a pyarrow array."""
        with _translated_errors(self.path):
            cells = self._file().read_row_group(group, columns=[name], use_threads=False).column(0)
        rows = self.starts[group + 1] - self.starts[group]
        if len(cells) != rows:
            raise ValueError(f"{self.path} declares {rows} rows in row group {group}, but has {len(cells)}")
        return cells


@contextmanager
def _translated_errors(path: Path) -> Iterator[None]:
    """Turn errors of pyarrow into a ValueError of one sentence."""
    import pyarrow as pa

    try:
        yield
    except (pa.ArrowException, OSError, OverflowError, UnicodeDecodeError) as error:
        brief = " ".join(str(error).split())[:MAX_ERROR_CHARACTERS]
        raise ValueError(f"{path} is not a Parquet file, or incomplete: {brief}") from None


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
