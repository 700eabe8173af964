"""Tables in Parquet files: nothing is read but what is asked for, one column at a time, row group by row group.

So a table may be larger than memory. What the file says about itself is judged before anything is unpacked.
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
from glassnet.data.tables.delimited import MOST_COLUMNS
from glassnet.data.tables.table import BOOLEAN, NUMBER, WORD, Table
from glassnet.data.tables.type_inference import WHEN_ADVICE, TableOptions, check_is_text, finite, quoted, texts_of

ENDINGS = (".parquet", ".pq")

INDEX = "__index_level_"
"""How the names begin of columns in which pandas keeps its row labels: they are no part of the table."""

MOST_VALUES, RATIO = 1 << 27, 200
"""Up to this many values may have any compression ratio; more values, fewer than RATIO per byte."""

SPARSE = 16
"""If more than one row in this many is wanted, the whole column is read: faster than searching row groups."""

LONGEST = 200
"""How many characters of what pyarrow says are shown."""

LARGEST_GROUP = 1 << 32
"""Maximum size of a decompressed row group in bytes, unless the file's ratio is below RATIO."""


def read_parquet(path: Path, reading: TableOptions) -> Table:
    """Return the table in a Parquet file, its columns still in the file; ValueError says what is wrong with it.

    A number counts as a gap where it equals one of the missing words. Each column is looked through once, since inf and
    dates among words have to be found, and then let go; but not where a user says that these are words.
    """
    file = _File(path)
    names = names_in(path, file)
    try:
        reading.check(names)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
    columns = {}
    for name in names:
        if name in reading.drop:
            continue
        try:
            kind = WORD if name in reading.words else _kind(name, file.schema.field(name).type)
            if kind == WORD and name in reading.numbers:
                raise ValueError(f"column {name!r} contains text, not numbers")
            columns[name] = ParquetColumn(file, name, kind, reading.na_value)
            if name not in reading.words:
                columns[name].look()
        except ValueError as error:
            raise ValueError(str(error) if str(error).startswith(str(path)) else f"{path}: {error}") from None
    if not columns:
        raise ValueError(f"{path} has no columns left after --drop")
    return Table(columns, {name: column.kind for name, column in columns.items()}, file.starts.tolist())


def names_in(path: Path, file: _File | None = None) -> list[str]:
    """Return the names of the columns in a file, which may be open already."""
    file = file or _File(path)
    with _described(path):
        names = [name for name in file.schema.names if not name.startswith(INDEX)]
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
    """A column that stays in its file. kind: what its values are; na_value: words and numbers that count as gaps."""

    file: _File
    name: str
    kind: str
    na_value: frozenset[str]

    def __len__(self) -> int:
        return int(self.file.starts[-1])

    @property
    def dtype(self) -> np.dtype[Any]:
        """What `take` returns: float64, float32 where the file holds those, or objects for words."""
        if self.kind == WORD:
            return np.dtype(object)
        return np.dtype(np.float32 if str(self.file.schema.field(self.name).type) == "float" else np.float64)

    def take(self, rows: IntArray) -> AnyArray:
        """Return the values in these rows, (n,); of few rows only the row groups they lie in are read."""
        values = np.empty(len(rows), self.dtype)
        if len(rows) * SPARSE >= len(self):
            whole = np.empty(len(self), self.dtype)
            for group, (first, end) in enumerate(itertools.pairwise(self.file.starts.tolist())):
                whole[first:end] = self._group(group)
            return whole.take(rows, out=values)
        group_of = np.searchsorted(self.file.starts, rows, side="right") - 1  # (n,)
        for group in np.unique(group_of).tolist():
            here = group_of == group
            values[here] = self._group(group)[rows[here] - self.file.starts[group]]
        return values

    def look(self) -> None:
        """Go through the whole column once and refuse what no column may hold."""
        for group, first in enumerate(self.file.starts[:-1].tolist()):
            values = self._group(group)
            if self.kind == WORD:
                check_is_text(self.name, values, first)

    def _group(self, group: int) -> AnyArray:
        """Return the values of one row group, (rows,)."""
        import pyarrow as pa
        import pyarrow.compute as pc

        first = int(self.file.starts[group])
        cells = self.file.read(group, self.name)
        if self.kind == WORD:
            is_text = pa.types.is_dictionary(cells.type)  # as all text is read here, else numbers are wanted as words
            with _described(self.file.path):
                return texts_of(cells if is_text else pc.cast(cells, pa.string()), {"", *self.na_value})
        if pa.types.is_dictionary(cells.type):
            cells = pc.cast(cells, cells.type.value_type)
        if pa.types.is_boolean(cells.type):
            cells = pc.cast(cells, pa.int8())
        numbers = pc.cast(cells, pa.from_numpy_dtype(self.dtype), safe=False)
        return finite(self.name, to_numpy(numbers, null=np.nan), self.na_value, first)


def _kind(name: str, stored: Any) -> str:
    """Return what a column of this pyarrow type holds; ValueError for what is neither numbers nor words."""
    from pyarrow import types

    if types.is_dictionary(stored):
        stored = stored.value_type
    for is_such, kind in (
        (types.is_boolean, BOOLEAN),
        *((numbers, NUMBER) for numbers in (types.is_integer, types.is_floating, types.is_decimal, types.is_null)),
        (_is_text, WORD),
    ):
        if is_such(stored):
            return kind
    advice = "drop it" if not types.is_temporal(stored) else f"{WHEN_ADVICE}, or drop the column"
    what = "dates or times" if types.is_temporal(stored) else f"{stored}, which is neither a number nor text"
    raise ValueError(f"column {name!r} contains {what}; {advice} with --drop {shlex.quote(name)}")


def _is_text(stored: Any) -> bool:
    from pyarrow import types

    return bool(types.is_string(stored) or types.is_large_string(stored) or types.is_string_view(stored))


class _File:
    """A Parquet file whose description has been judged. It is opened when it is needed; copies open it themselves."""

    def __init__(self, path: Path) -> None:
        self.path, self._opened = path, None
        metadata = self._file().metadata
        with _described(path):
            _refuse_traps(path, metadata)
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

            with _described(self.path):
                file = parquet.ParquetFile(self.path, memory_map=True)
                # A text that stands in a million rows is in memory once, since its column is read as a dictionary.
                texts = [field.name for field in file.schema_arrow if _is_text(field.type)]
                self._opened = parquet.ParquetFile(self.path, memory_map=True, read_dictionary=texts)
        return self._opened

    def read(self, group: int, name: str) -> Any:
        """Return a column's cells in one row group, a pyarrow array."""
        with _described(self.path):
            cells = self._file().read_row_group(group, columns=[name], use_threads=False).column(0)
        rows = self.starts[group + 1] - self.starts[group]
        if len(cells) != rows:
            raise ValueError(f"{self.path} declares {rows} rows in row group {group}, but has {len(cells)}")
        return cells


@contextmanager
def _described(path: Path) -> Iterator[None]:
    """Say in one sentence what pyarrow finds wrong with a file."""
    import pyarrow as pa

    try:
        yield
    except (pa.ArrowException, OSError, OverflowError, UnicodeDecodeError) as error:
        brief = " ".join(str(error).split())[:LONGEST]
        raise ValueError(f"{path} is not a Parquet file, or incomplete: {brief}") from None


def _refuse_traps(path: Path, metadata: Any) -> None:
    """Refuse a file that announces more than it can hold: a few bytes may stand for any number of equal values."""
    if metadata.num_columns > MOST_COLUMNS:
        raise ValueError(f"{path} has {metadata.num_columns:,} columns; the maximum is {MOST_COLUMNS:,}")
    size = path.stat().st_size
    values = metadata.num_rows * metadata.num_columns
    if not 0 <= values <= max(MOST_VALUES, RATIO * size):
        raise ValueError(f"{path} declares {values:,} values in {size:,} bytes, which is not plausible")
    rows = 0
    for group in range(metadata.num_row_groups):
        described = metadata.row_group(group)
        rows += described.num_rows
        # What it says of single columns is not asked for: pyarrow ends the whole process where such words are damaged.
        if described.num_rows < 0 or not 0 <= described.total_byte_size <= max(LARGEST_GROUP, RATIO * size):
            raise ValueError(
                f"{path} declares {described.num_rows:,} rows of {described.total_byte_size:,} bytes in row group "
                f"{group}, which is not plausible"
            )
    if rows != metadata.num_rows:
        raise ValueError(f"{path} declares {metadata.num_rows:,} rows, but its row groups {rows:,}")
