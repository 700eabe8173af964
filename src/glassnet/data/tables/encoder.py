"""Encoding of tables as numbers: imputation, missing-value indicators, and one-hot or integer codes for categories.

    encoder = TableEncoder.fit(table, ...)     fitted on a Table, DataFrame, or array
    encoder.transform(table)                   the same columns as numbers, (n, width)

Columns of a DataFrame are matched by name, in any order. The output holds, in this order: the numeric columns, with
missing values replaced by the median of the training set; one indicator column for each numeric column with missing
values; one column per level of each category with few levels; the integer code of each category with many levels, for
`Embedding` layers.
"""

from __future__ import annotations

import reprlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from glassnet.common import checks
from glassnet.common.arrays import AnyArray, Array
from glassnet.data.tables.columns import (
    MISSING,
    ColumnEncoder,
    UnseenError,
    columns_of,
    in_order,
    in_order_of_value,
    is_number,
    is_table,
    label_of,
    levels_in,
    levels_of,
    names_of,
    row_number,
    values_of,
)


@dataclass(frozen=True)
class TableEncoder:
    """Encoding of a table's columns as numbers, fitted on the training table.

    Attributes
    ----------
    all : tuple of ColumnEncoder
        One encoding per column.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"age": [20.0, None, 40.0], "city": ["Rome", "Oslo", "Rome"]})
    >>> columns = TableEncoder.fit(table, missing=True, categories=True)
    >>> columns.transform(table)  # age, was it missing, Oslo, Rome
    array([[20.,  0.,  0.,  1.],
           [30.,  1.,  1.,  0.],
           [40.,  0.,  0.,  1.]])
    """

    all: tuple[ColumnEncoder, ...]

    @classmethod
    def fit(cls, table: Any, missing: bool, categories: bool, others: Sequence[Any] = ()) -> TableEncoder:
        """Return an encoder fitted on a training table.

        Parameters
        ----------
        table : Table, DataFrame, or array-like, (n, columns)
            The training table.
        missing : bool
            Whether missing values are allowed.
        categories : bool
            Whether columns may hold categories.
        others : sequence of tables, optional
            Further tables, such as the test set. Only the existence of levels and missing values is taken from them, no
            statistic.

        Returns
        -------
        TableEncoder
            The encoder.

        Raises
        ------
        ValueError
            If a column holds something that is not allowed.
        """
        found = []
        tables = [columns_of(one) for one in (table, *others)]
        for i, ((name, column), *further) in enumerate(zip(*tables, strict=True)):
            label = label_of(name, i)
            values, is_missing, is_marked = values_of(label, column)
            if is_missing.any() and not missing:
                row = row_number(table, int(is_missing.argmax()))
                raise ValueError(f"{label} has no value in row {row}; use missing='indicator' to allow that")
            if values.dtype.kind == "f" and not is_marked:
                present = values[~is_missing]
                if not len(present):
                    where = " in the training set" if others else ""
                    raise ValueError(f"{label} has no values{where}; drop it")
                has_missing = bool(is_missing.any()) or any(values_of(label, one)[1].any() for _, one in further)
                found.append(ColumnEncoder(name, None, float(np.median(present)), has_missing))
                continue
            if not categories:
                raise ValueError(f"{label} contains categories, not numbers; use categories='auto' to allow that")
            levels, has_missing = set(levels_in(table, label, values, is_missing)), bool(is_missing.any())
            for other, (_, one) in zip(others, further, strict=True):
                values, is_missing, _ = values_of(label, one)
                levels |= set(levels_in(other, label, values, is_missing))
                has_missing = has_missing or bool(is_missing.any())
            found.append(ColumnEncoder(name, (*in_order_of_value(levels), *[MISSING] * has_missing), 0.0, has_missing))
        return cls(tuple(found))

    @property
    def width(self) -> int:
        """Number of encoded columns."""
        return sum(column.width for column in self.all)

    @property
    def numbers(self) -> int:
        """Number of numeric columns; they come first in the output."""
        return sum(column.levels is None for column in self.all)

    @property
    def embedded(self) -> list[int]:
        """Number of levels of each embedded column; they come last in the output."""
        return [len(column.levels) for column in self.all if column.is_embedded and column.levels is not None]

    @property
    def names(self) -> list[str] | None:
        """Names of the columns, None if they have none."""
        names = [column.name for column in self.all]
        return None if None in names else [str(name) for name in names]

    def transform(self, table: Any) -> Array:
        """Return a table as numbers.

        Parameters
        ----------
        table : Table, DataFrame, or array-like, (n, columns)
            The table.

        Returns
        -------
        Array, (n, width)
            float64, or float32 if all columns are.

        Raises
        ------
        ValueError
            If a column is missing or invalid.
        UnseenError
            If a row has a category or a missing value that training did not have in this column.
        """
        parts, count = list(self._parts(table)), self.numbers
        numbers = [values for where, values in parts if isinstance(where, int) and where < count]
        is_single = all(values.dtype.itemsize <= 4 for values in numbers) and count > 0
        out = np.empty((len(parts[0][1]), self.width), np.float32 if is_single else np.float64)
        for where, values in parts:
            out[:, where] = values
        return out

    def transform_into(self, out: Array, table: Any) -> None:
        """Write what `transform` returns into an array, one column at a time.

        Parameters
        ----------
        out : Array, (n, width)
            Array that is overwritten.
        table : Table, DataFrame, or array-like
            The table.
        """
        for where, values in self._parts(table):
            out[:, where] = values

    def unknown(self, table: Any) -> dict[int, str]:
        """Return the rows that `transform` would reject, each with the reason.

        Parameters
        ----------
        table : Table, DataFrame, or array-like
            The table.

        Returns
        -------
        dict of int to str
            Reasons by row, from 0.
        """
        found: dict[int, str] = {}
        for column, label, values, missing in self._read(table):
            for row in [] if column.has_missing else np.flatnonzero(missing).tolist():
                found.setdefault(row, f"{label} has no value")
            if column.levels is None and values.dtype.kind == "f":
                continue
            known = frozenset(column.levels or ())
            for row, value in enumerate(values.tolist()):
                is_level = (isinstance(value, str) or is_number(value)) and value in known
                if not missing[row] and not (is_number(value) if column.levels is None else is_level):
                    found.setdefault(row, f"{label} contains {reprlib.repr(value)}")
        return dict(sorted(found.items()))

    def _parts(self, table: Any) -> Iterator[tuple[int | slice, AnyArray]]:
        """Yield each encoded column, (n,) or (n, levels), with its position in the output."""
        number, mark = 0, self.numbers
        level = mark + sum(column.has_missing for column in self.all if column.levels is None)
        code = self.width - len(self.embedded)
        for column, label, values, missing in self._read(table):
            if missing.any() and not column.has_missing:
                row = row_number(table, int(missing.argmax()))
                raise UnseenError(f"{label} has no value in row {row}, but had none missing in training")
            if column.levels is None:
                if values.dtype.kind != "f":
                    row = next(row for row, value in enumerate(values) if not missing[row] and not is_number(value))
                    where = f"in row {row_number(table, row)}"
                    raise UnseenError(
                        f"{label} contains {reprlib.repr(values[row])} {where}, but was numeric in training"
                    )
                yield number, np.where(missing, values.dtype.type(column.fill), values)
                number += 1
                if column.has_missing:
                    yield mark, missing
                    mark += 1
                continue
            codes = levels_of(table, column, label, values, missing)
            if column.is_embedded:
                yield code, codes
                code += 1
            else:
                yield slice(level, level + len(column.levels)), codes[:, None] == np.arange(len(column.levels))
                level += len(column.levels)

    def _read(self, table: Any) -> Iterator[tuple[ColumnEncoder, str, AnyArray, AnyArray]]:
        """Yield each column's encoder, its label, its values, and the mask of missing values, (n,) each."""
        for i, (column, series) in enumerate(zip(self.all, self._in_order(table), strict=True)):
            label = label_of(column.name, i)
            values, missing, _ = values_of(label, series)
            yield column, label, values, missing

    def _in_order(self, table: Any) -> Iterator[Any]:
        """Return the table's columns in the order of training."""
        if self.names is not None and is_table(table):
            return in_order(table, self.names)
        names = names_of(table)
        if len(names) != len(self.all):
            raise ValueError(f"the table has {len(names)} columns, but training had {len(self.all)}")
        return (column for _, column in columns_of(table))

    def to_spec(self) -> list[dict[str, Any]]:
        """Return the encoder as plain data, for a model file."""
        return [
            {
                "name": column.name,
                "levels": None if column.levels is None else list(column.levels),
                "fill": column.fill,
                "has_gaps": column.has_missing,
            }
            for column in self.all
        ]

    @classmethod
    def from_spec(cls, spec: Any) -> TableEncoder:
        """Return the encoder described by a spec.

        Parameters
        ----------
        spec : list of dict
            Spec, as `to_spec` returned it.

        Returns
        -------
        TableEncoder
            The encoder.

        Raises
        ------
        ValueError
            If the spec is invalid.
        """
        if not isinstance(spec, Sequence) or not all(isinstance(one, Mapping) for one in spec):
            raise ValueError("columns must be a list of tables")
        return cls(tuple(_column(label_of(one.get("name"), i), one) for i, one in enumerate(spec)))


def _column(label: str, spec: Mapping[str, Any]) -> ColumnEncoder:
    """Return the column encoder in a model file; every entry is validated."""
    name, levels, has_missing = spec.get("name"), spec.get("levels"), spec.get("has_gaps")
    if not (name is None or isinstance(name, str)) or not isinstance(has_missing, bool):
        raise ValueError(f"{label} must have a name and has_gaps, true or false")
    fill = checks.number(f"fill of {label}", spec.get("fill"))
    if levels is None:
        return ColumnEncoder(name, None, fill, has_missing)
    if not isinstance(levels, list) or not levels:
        raise ValueError(f"levels of {label} must be a list of strings or numbers")
    *known, last = levels
    known += [last] * (last is not MISSING)
    if (last is MISSING) != has_missing:
        raise ValueError(f"levels of {label} must end with null if and only if it has missing values")
    for level in known:
        if not isinstance(level, str) and not (is_number(level) and np.isfinite(level)):
            raise ValueError(f"levels of {label} must be strings or finite numbers, got {reprlib.repr(level)}")
    if len(set(known)) < len(known):
        raise ValueError(f"levels of {label} must be unique")
    return ColumnEncoder(name, tuple(levels), fill, has_missing)
