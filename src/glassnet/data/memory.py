"""Data in memory: arrays, a Dataset, or a table of pandas, Polars, or pyarrow, with its target."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from glassnet.data.dataset import Dataset, as_dataset
from glassnet.data.tables.arrow_tables import arrow_column, arrow_of_dataframe, is_dataframe
from glassnet.data.tables.reader import load_table

MEMORY = "memory:"
"""Beginning of the name of a data source that was in memory, such as "memory:table"."""


def memory_source(name: str) -> str:
    """Return the name of the data source for a data set in memory, given the name of the data set.

    >>> memory_source("iris")
    'memory:iris'
    """
    return MEMORY + (Path(name).name or "data")


def is_given_table(data: object) -> bool:
    """Return whether data are a DataFrame, or a pair of a DataFrame and its target."""
    return is_dataframe(data) or (isinstance(data, tuple) and len(data) == 2 and is_dataframe(data[0]))


def given_dataset(data: Any, y: Any = None, **options: Any) -> tuple[Dataset, dict[str, Any]]:
    """Return data as a Dataset, and the options with which a table was read.

    data: a Dataset; X or a pair (X, y); or a DataFrame, in which the option `target` names the target unless y is
    given. options: those of `load_table`, ignored for other data.
    """
    if not is_given_table(data):
        return as_dataset(data, y), {}
    if isinstance(data, tuple):
        if y is not None:
            raise TypeError("y is given twice, in a pair and by itself")
        data, y = data
    if y is not None:
        data, options["target"] = _with_target(data, y)
    dataset = load_table(data, **options)
    return dataset, {**options, **dataset.inferred}


def _with_target(table: Any, y: Any) -> tuple[Any, str]:
    """Return a table of pyarrow with the target as its last column, and the name of that column."""
    import pyarrow as pa

    table = arrow_of_dataframe(table)
    name = getattr(y, "name", None)
    name = name if isinstance(name, str) and name else "target"
    while name in table.column_names:
        name += "_"
    cells = y if isinstance(y, (pa.Array, pa.ChunkedArray)) else arrow_column(name, y)
    if len(cells) != len(table):
        raise ValueError(f"the table has {len(table)} rows but y has {len(cells)}; each row needs one target")
    return table.append_column(name, cells), name
