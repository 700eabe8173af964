"""Tables that pyarrow holds in memory: Feather and JSON Lines files, and tables of pandas, Polars, and pyarrow.

They are read like Parquet files, so that the same column has the same meaning everywhere.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np

from glassnet.data.tables import parquet
from glassnet.data.tables.delimited import BLOCK_BYTES, TextReader
from glassnet.data.tables.table import Table
from glassnet.data.tables.type_inference import TableOptions

LIBRARIES = ("pandas", "polars", "pyarrow")
"""Libraries whose tables are supported."""


class ArrowFile:
    """A table of pyarrow with the interface of a Parquet file of one row group.

    path: its name in messages. first_row: number of its first row in messages.
    """

    def __init__(self, path: Path, table: Any, first_row: int = 1) -> None:
        self.path, self.table, self.first_row = path, table, first_row
        self.schema, self.starts = table.schema, np.array([0, len(table)])

    def read(self, group: int, name: str) -> Any:
        """Return a column's cells, a pyarrow array; text as a dictionary."""
        cells = self.table.column(name).combine_chunks()
        return cells.dictionary_encode() if parquet.is_text(cells.type) else cells


def table_of_arrow(name: str | Path, table: Any, options: TableOptions, first_row: int = 1) -> Table:
    """Return a table of pyarrow as a Table; raise ValueError with the column and the row if it is invalid.

    name: of the source, in messages. first_row: number of the first row in messages.
    """
    if not len(table):
        raise ValueError(f"{name} has no rows")
    read = parquet.table_of(ArrowFile(Path(name), table, first_row), options)
    columns = {column: read[column] for column in read.columns}
    return Table(columns, read.kinds, decisions=read.decisions, inferred=read.inferred, first_row=first_row)


def is_dataframe(data: Any) -> bool:
    """Return whether an object is a table of pandas, Polars, or pyarrow."""
    library = type(data).__module__.partition(".")[0]
    return library in LIBRARIES and hasattr(data, "columns") and hasattr(data, "shape")


def names_in_dataframe(data: Any) -> list[str]:
    """Return the column names of a table of pandas, Polars, or pyarrow; raise ValueError if two are equal."""
    is_pyarrow = type(data).__module__.partition(".")[0] == "pyarrow"
    names = [str(key) for key in (data.schema.names if is_pyarrow else data.columns)]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the table has two columns {twice!r}; rename one of them")
    return names


def arrow_of_dataframe(data: Any) -> Any:
    """Return a table of pandas, Polars, or pyarrow as one of pyarrow.

    Raises ValueError if two columns have the same name, or the values of a column have no common type.
    """
    import pyarrow as pa

    names, library = names_in_dataframe(data), type(data).__module__.partition(".")[0]
    if library == "polars":
        data = data.to_arrow()
    elif library == "pandas":
        data = pa.table([arrow_column(name, data.iloc[:, i]) for i, name in enumerate(names)], names=names)
    elif not isinstance(data, pa.Table):
        data = pa.Table.from_batches([data])
    return pa.table([_plain(column) for column in data.columns], names=names)


def arrow_column(name: str, values: Any) -> Any:
    """Return a column of pandas, Polars, or NumPy, or a list, as one of pyarrow; NaN of pandas is missing."""
    import pyarrow as pa

    try:
        return values.to_arrow() if type(values).__module__.startswith("polars") else pa.Array.from_pandas(values)
    except (pa.ArrowException, TypeError, OverflowError) as error:
        reason = " ".join(str(error).split())[:200]
        raise ValueError(f"column {name!r} contains values of different types: {reason}") from None


def _plain(cells: Any) -> Any:
    """Return a column with strings of one type; categories that are not strings become strings."""
    import pyarrow as pa

    kind = cells.type
    if pa.types.is_dictionary(kind):
        return cells.cast(kind.value_type).cast(pa.string())
    is_other_string = pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    return cells.cast(pa.string()) if is_other_string else cells


def read_feather(path: Path, options: TableOptions) -> Table:
    """Return the table in a Feather file, or an Arrow file of either form; raise ValueError if it is invalid."""
    return table_of_arrow(path, _feather(path), options)


def feather_names(path: Path) -> list[str]:
    """Return the column names of a Feather file."""
    return parquet.names_in(path, ArrowFile(path, _feather(path)))


def _feather(path: Path) -> Any:
    from pyarrow import ipc

    # Not `feather.read_table`: it crashes on damaged files of Feather's first version.
    with parquet.translated_errors(path, "a Feather file"):
        content = path.read_bytes()
        opened = ipc.open_file(content) if content.startswith(b"ARROW1") else ipc.open_stream(content)
        table = opened.read_all()
        table.validate(full=True)
    return table


def read_jsonl(path: Path, options: TableOptions) -> Table:
    """Return the table in a JSON Lines file, one object per line; raise ValueError if it is invalid."""
    return table_of_arrow(path, _jsonl(path), options)


def jsonl_names(path: Path) -> list[str]:
    """Return the column names of a JSON Lines file."""
    return parquet.names_in(path, ArrowFile(path, _jsonl(path)))


JSON_TYPES = {str: "text", bool: "true or false", int: "a number", float: "a number", dict: "an object", list: "a list"}
"""Types of values in messages."""


def _mixed_column(path: Path) -> str | None:
    """Return which column of a JSON Lines file has values of two types, and in which rows; None if there is none."""
    first: dict[str, tuple[str, int]] = {}
    row = 0
    with TextReader(path) as text:
        while line := text.line():
            try:
                values = json.loads(line) if line.strip() else {}
            except (ValueError, RecursionError):
                return None
            row += bool(line.strip())
            for name, value in values.items() if isinstance(values, dict) else ():
                called = JSON_TYPES.get(type(value))
                before, where = first.setdefault(name, (called, row)) if called else (None, 0)
                if before != called:
                    return f"column {name!r} contains {before} in row {where} and {called} in row {row}"
    return None


def _jsonl(path: Path) -> Any:
    import pyarrow as pa
    from pyarrow import json as reader

    with TextReader(path) as text:
        try:
            options = reader.ReadOptions(use_threads=False, block_size=BLOCK_BYTES)
            return reader.read_json(pa.PythonFile(text, mode="r"), read_options=options)
        except pa.ArrowException as error:
            if mixed := _mixed_column(path):
                raise ValueError(f"{path}: {mixed}; write the same type in all rows, null if missing") from None
            reason = re.sub(r"row (\d+)", lambda found: f"row {int(found[1]) + 1}", str(error))
            reason = reason.removeprefix("JSON parse error: ")
            raise ValueError(f"{path} is not a JSON Lines file of one object per line: {reason}") from None
