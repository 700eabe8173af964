"""A table: named columns of numbers or strings, with a row selection that copies nothing.

A numeric column is float64 (float32 if its file holds that) with NaN for missing values. A string column is an object
array with None for missing values. A date column is datetime64[s] with NaT for missing values.
Columns of a Parquet file are read on access, and only the selected rows.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from glassnet.common import specs
from glassnet.common.arrays import AnyArray, IntArray
from glassnet.data.tables.decisions import Decision

NUMBER, BOOLEAN, TEXT, DATE = "number", "boolean", "text", "date"
"""Kinds of columns. Booleans are stored as the numbers 0 and 1."""


class Column(Protocol):
    """Protocol of a column: an array, or a column that is read from its file on access."""

    def __len__(self) -> int:
        """Return the number of values."""

    def take(self, rows: IntArray) -> AnyArray:
        """Return the values of the given rows, (n,)."""


class Table:
    """Named columns of equal length, and a selection of their rows.

    In messages, the rows of a file are counted from 1, the first row below its header. The rows of arrays and
    DataFrames are counted from 0.

    Parameters
    ----------
    columns : dict of str to array-like, (n,)
        Columns by name, in order.
    kinds : dict of str to str, optional
        "number", "boolean", "text", or "date" for each column; inferred by default.
    row_groups : sequence of int, optional
        First row of each row group of the file, and the end, for columns read on access.
    decisions : sequence of Decision, optional
        How ambiguous contents of the file were read.
    inferred : dict of str to object, optional
        Options that reading inferred, such as the decimal separator; with them, another file is read in the same way.
    first_row : int, default 1
        Number of the first row in messages: 1 as in files, or 0 as in arrays and DataFrames.

    Examples
    --------
    >>> table = Table({"age": [20.0, np.nan, 40.0], "city": ["Rome", "Oslo", None]})
    >>> table
    <Table: 3 rows of 2 columns (age, city)>
    >>> table.take([2, 0])["age"], table["city"]
    (array([40., 20.]), array(['Rome', 'Oslo', None], dtype=object))
    """

    def __init__(
        self,
        columns: Mapping[str, Any],
        kinds: Mapping[str, str] | None = None,
        row_groups: Sequence[int] | None = None,
        decisions: Sequence[Decision] = (),
        inferred: Mapping[str, Any] | None = None,
        first_row: int = 1,
    ) -> None:
        self._whole: dict[str, Column] = {name: _column(name, values) for name, values in columns.items()}
        self._rows: IntArray | None = None  # row numbers in the whole columns; None for all rows, in order
        self._own: dict[str, AnyArray] = {}  # replaced columns, which contain the selected rows only
        self._row_groups, self.first_row = row_groups, first_row
        self.decisions, self.inferred = tuple(decisions), dict(inferred or {})
        self.kinds = {name: _kind(column) for name, column in self._whole.items()} if kinds is None else dict(kinds)
        lengths = {len(column) for column in self._whole.values()}
        if len(lengths) != 1:
            raise ValueError(f"the columns of a table must have the same length, got {sorted(lengths)} values")
        self._length = lengths.pop()

    @property
    def columns(self) -> tuple[str, ...]:
        """Column names, in order."""
        return tuple(self.kinds)

    @property
    def shape(self) -> tuple[int, int]:
        """Number of rows and number of columns."""
        return len(self), len(self.kinds)

    def __len__(self) -> int:
        return self._length if self._rows is None else len(self._rows)

    def __repr__(self) -> str:
        names = self.columns if len(self.columns) <= 10 else (*self.columns[:8], "…")
        rows, columns = (f"{n} {what}{'s' * (n != 1)}" for n, what in zip(self.shape, ("row", "column"), strict=True))
        return f"<Table: {rows} of {columns} ({', '.join(names)})>"

    def __getitem__(self, name: str) -> AnyArray:
        """Return the values of one column, (n,)."""
        if name in self._own:
            return self._own[name]
        if name not in self.kinds:
            raise KeyError(str(specs.unknown("column", name, self.kinds)))
        column = self._whole[name]
        if self._rows is None and isinstance(column, np.ndarray):
            return column
        return column.take(self.rows)

    def __array__(self, *_: Any, **__: Any) -> AnyArray:
        # NumPy calls this wherever it converts to an array, so the advice belongs here.
        raise TypeError(
            "a table must be encoded as numbers for a network: columns = gn.TableEncoder.fit(table, "
            "missing=True, categories=True), then columns.transform(table) returns them, (n, columns.width)"
        )

    @property
    def is_on_disk(self) -> bool:
        """Whether any column is still on disk."""
        return self._row_groups is not None and any(name not in self._own for name in self.kinds)

    @property
    def rows(self) -> IntArray:
        """Positions of these rows in the whole table, (n,), from 0."""
        return np.arange(self._length) if self._rows is None else self._rows

    def whole(self) -> Table:
        """Return the table of all rows in file order; replaced columns are the original ones again."""
        table = self._changed(self.kinds)
        table._rows, table._own = None, {}
        return table

    def loaded(self) -> Table:
        """Return the table with the values of its selected rows in memory."""
        table = self._changed(self.kinds)
        table._own = {name: self[name] for name in self.kinds}
        return table

    def blocks(self) -> Iterator[Table]:
        """Yield tables of consecutive rows: one per row group of the file, or the whole table if it has none."""
        row_groups = self._row_groups if self._row_groups is not None and self._rows is None else (0, len(self))
        for first, end in itertools.pairwise(row_groups):
            yield self.take(np.arange(first, end))

    def take(self, rows: npt.ArrayLike) -> Table:
        """Return the table of some rows.

        Parameters
        ----------
        rows : array-like of int or bool
            Row numbers from 0, in the requested order, or one bool per row.

        Returns
        -------
        Table
            The rows.
        """
        rows = np.asarray(rows)
        picked = np.arange(len(self))[rows if rows.size else rows.astype(np.int64)]  # an empty list is one of floats
        part = self._changed(self.kinds)
        part._rows = self.rows[picked]
        part._own = {name: values[picked] for name, values in self._own.items()}
        return part

    def without(self, *left_out: str) -> Table:
        """Return the table without some columns.

        Parameters
        ----------
        *left_out : str
            Names of columns.

        Returns
        -------
        Table
            The other columns.
        """
        return self._changed({name: kind for name, kind in self.kinds.items() if name not in left_out})

    def with_column(self, name: str, values: npt.ArrayLike) -> Table:
        """Return the table with the values of one column replaced.

        Parameters
        ----------
        name : str
            Name of the column.
        values : array-like, (n,)
            New values.

        Returns
        -------
        Table
            The table.

        Examples
        --------
        >>> Table({"age": [20.0, 40.0]}).with_column("age", [1.0, 2.0])["age"]
        array([1., 2.])
        """
        if name not in self.kinds:
            raise specs.unknown("column", name, self.kinds)
        column = _column(name, values)
        if len(column) != len(self):
            raise ValueError(f"column {name!r} has {len(column)} values, but the table has {len(self)} rows")
        changed = self._changed({**self.kinds, name: _kind(column)})
        changed._own = {**self._own, name: column}
        return changed

    def number_of(self, row: int) -> int:
        """Return the number of a row in messages: its position in the whole table, from `first_row`.

        Parameters
        ----------
        row : int
            Position in this selection, from 0.

        Returns
        -------
        int
            Number of the row.
        """
        return int(row if self._rows is None else self._rows[row]) + self.first_row

    def _changed(self, kinds: Mapping[str, str]) -> Table:
        """Return a table of the same rows with only the columns in `kinds`."""
        other = object.__new__(Table)
        other.__dict__.update(self.__dict__, kinds=dict(kinds))
        other._own = {name: values for name, values in self._own.items() if name in kinds}
        return other


def _column(name: str, values: Any) -> Any:
    """Return a column as a table stores it: floats, or an object array of strings."""
    if isinstance(values, np.ndarray) or not hasattr(values, "take"):
        values = np.asarray(values, None if _are_numbers(values) else object)
        if values.ndim != 1:
            raise ValueError(f"column {name!r} must have shape (n,), got {values.shape}")
        if values.dtype.kind in "biu":
            return values.astype(np.float64)
        if values.dtype.kind == "M":
            return values.astype("datetime64[s]")
    return values


def _are_numbers(values: Any) -> bool:
    return np.asarray(values).dtype.kind in "biufM"


def _kind(column: Any) -> str:
    dtype = getattr(column, "dtype", None)
    return {"f": NUMBER, "M": DATE}.get("" if dtype is None else dtype.kind, TEXT)
