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
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import NoneType
from typing import Any

import numpy as np

from glassnet.common import checks
from glassnet.common.arrays import AnyArray, Array
from glassnet.common.specs import join_names, nearest

MOST_LEVELS = 12
"""Categories of more levels than this are embedded; those of fewer get a column per level."""

MISSING = None
"""The level that stands for a gap in a category."""

LARGEST = sys.float_info.max
"""The largest number that a float can hold; Python's whole numbers go further."""


class UnseenError(ValueError):
    """Raised for a category or a missing value in a column where training had none."""


@dataclass(frozen=True)
class ColumnEncoder:
    """Encoding of one column.

    Attributes
    ----------
    name : str or None
        Name of the column, None if columns have no names.
    levels : tuple or None
        Levels of a category, None for numbers.
    fill : float
        Replacement of missing numbers.
    has_gaps : bool
        Whether the training table had missing values in this column; only then later tables may have some.
    """

    name: str | None
    levels: tuple[Any, ...] | None = None
    fill: float = 0.0
    has_gaps: bool = False

    @property
    def is_embedded(self) -> bool:
        """Whether its levels are too many for a column each."""
        return self.levels is not None and len(self.levels) > MOST_LEVELS

    @property
    def width(self) -> int:
        """How many columns of numbers it becomes."""
        if self.levels is None:
            return 1 + self.has_gaps
        return 1 if self.is_embedded else len(self.levels)


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
    >>> columns = TableEncoder.fit(table, gaps=True, categories=True)
    >>> columns.transform(table)  # age, was it missing, Oslo, Rome
    array([[20.,  0.,  0.,  1.],
           [30.,  1.,  1.,  0.],
           [40.,  0.,  0.,  1.]])
    """

    all: tuple[ColumnEncoder, ...]

    @classmethod
    def fit(cls, table: Any, gaps: bool, categories: bool, others: Sequence[Any] = ()) -> TableEncoder:
        """Return an encoder fitted on a training table.

        Parameters
        ----------
        table : Table, DataFrame, or array-like, (n, columns)
            The training table.
        gaps : bool
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
        tables = [_columns_of(one) for one in (table, *others)]
        for i, ((name, column), *further) in enumerate(zip(*tables, strict=True)):
            place = _called(name, i)
            values, missing, is_marked = _values_of(place, column)
            if missing.any() and not gaps:
                row = row_number(table, int(missing.argmax()))
                raise ValueError(f"{place} has no value in row {row}; missing='indicator' allows that")
            if values.dtype.kind == "f" and not is_marked:
                present = values[~missing]
                if not len(present):
                    where = " in the rows to learn from" if others else ""
                    raise ValueError(f"{place} holds no value at all{where}; leave it out")
                has_gaps = bool(missing.any()) or any(_values_of(place, one)[1].any() for _, one in further)
                found.append(ColumnEncoder(name, None, float(np.median(present)), has_gaps))
                continue
            if not categories:
                raise ValueError(f"{place} holds categories, not numbers; categories='auto' allows that")
            levels, has_gaps = set(_levels(table, place, values, missing)), bool(missing.any())
            for other, (_, one) in zip(others, further, strict=True):
                values, missing, _ = _values_of(place, one)
                levels |= set(_levels(other, place, values, missing))
                has_gaps = has_gaps or bool(missing.any())
            found.append(ColumnEncoder(name, (*_in_turn(levels), *[MISSING] * has_gaps), 0.0, has_gaps))
        return cls(tuple(found))

    @property
    def width(self) -> int:
        """How many columns of numbers come out."""
        return sum(column.width for column in self.all)

    @property
    def numbers(self) -> int:
        """How many of the columns that come out are the table's own numbers; they are the first."""
        return sum(column.levels is None for column in self.all)

    @property
    def embedded(self) -> list[int]:
        """How many levels each embedded column has; they are the last that come out."""
        return [len(column.levels) for column in self.all if column.is_embedded and column.levels is not None]

    @property
    def names(self) -> list[str] | None:
        """What the columns are called, None where they have no names."""
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
        for column, place, values, missing in self._read(table):
            for row in [] if column.has_gaps else np.flatnonzero(missing).tolist():
                found.setdefault(row, f"{place} has no value")
            if column.levels is None and values.dtype.kind == "f":
                continue
            known = frozenset(column.levels or ())
            for row, value in enumerate(values.tolist()):
                is_level = (isinstance(value, str) or _is_number(value)) and value in known
                if not missing[row] and not (_is_number(value) if column.levels is None else is_level):
                    found.setdefault(row, f"{place} holds {reprlib.repr(value)}")
        return dict(sorted(found.items()))

    def _parts(self, table: Any) -> Iterator[tuple[int | slice, AnyArray]]:
        """Give what becomes of each column, (n,) or (n, levels), with where it stands."""
        number, mark = 0, self.numbers
        level = mark + sum(column.has_gaps for column in self.all if column.levels is None)
        code = self.width - len(self.embedded)
        for column, place, values, missing in self._read(table):
            if missing.any() and not column.has_gaps:
                row = row_number(table, int(missing.argmax()))
                raise UnseenError(f"{place} has no value in row {row}, which it always had in training")
            if column.levels is None:
                if values.dtype.kind != "f":
                    row = next(row for row, value in enumerate(values) if not missing[row] and not _is_number(value))
                    where = f"in row {row_number(table, row)}"
                    raise UnseenError(f"{place} holds {reprlib.repr(values[row])} {where}; in training it held numbers")
                yield number, np.where(missing, values.dtype.type(column.fill), values)
                number += 1
                if column.has_gaps:
                    yield mark, missing
                    mark += 1
                continue
            places = _levels_of(table, column, place, values, missing)
            if column.is_embedded:
                yield code, places
                code += 1
            else:
                yield slice(level, level + len(column.levels)), places[:, None] == np.arange(len(column.levels))
                level += len(column.levels)

    def _read(self, table: Any) -> Iterator[tuple[ColumnEncoder, str, AnyArray, AnyArray]]:
        """Give every column, what messages call it, and what the table holds there: values and gaps, (n,) each."""
        for i, (column, series) in enumerate(zip(self.all, self._in_order(table), strict=True)):
            place = _called(column.name, i)
            values, missing, _ = _values_of(place, series)
            yield column, place, values, missing

    def _in_order(self, table: Any) -> Iterator[Any]:
        """Give the table's columns in the order of training."""
        if self.names is not None and is_table(table):
            return in_order(table, self.names)
        names = _names_of(table)
        if len(names) != len(self.all):
            raise ValueError(f"the table has {len(names)} columns, in training there were {len(self.all)}")
        return (column for _, column in _columns_of(table))

    def to_spec(self) -> list[dict[str, Any]]:
        """Return the encoder as plain data, for a model file."""
        return [
            {
                "name": column.name,
                "levels": None if column.levels is None else list(column.levels),
                "fill": column.fill,
                "has_gaps": column.has_gaps,
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
        return cls(tuple(_column(_called(one.get("name"), i), one) for i, one in enumerate(spec)))


def _column(place: str, spec: Mapping[str, Any]) -> ColumnEncoder:
    """Return the column that a model file describes; nothing in it is believed."""
    name, levels, has_gaps = spec.get("name"), spec.get("levels"), spec.get("has_gaps")
    if not (name is None or isinstance(name, str)) or not isinstance(has_gaps, bool):
        raise ValueError(f"{place} is not described: it needs a name and has_gaps, true or false")
    fill = checks.number(f"fill of {place}", spec.get("fill"))
    if levels is None:
        return ColumnEncoder(name, None, fill, has_gaps)
    if not isinstance(levels, list) or not levels:
        raise ValueError(f"levels of {place} must be a list of words or numbers")
    *known, last = levels
    known += [last] * (last is not MISSING)
    if (last is MISSING) != has_gaps:
        raise ValueError(f"levels of {place} must end with null where it has gaps, and only there")
    for level in known:
        if not isinstance(level, str) and not (_is_number(level) and np.isfinite(level)):
            raise ValueError(f"levels of {place} must be words or finite numbers, got {reprlib.repr(level)}")
    if len(set(known)) < len(known):
        raise ValueError(f"levels of {place} must be different from each other")
    return ColumnEncoder(name, tuple(levels), fill, has_gaps)


def row_number(table: Any, row: int) -> int:
    """Return what a row of a table is called in messages: its place from 0, or what the table itself says."""
    return int(table.number_of(row)) if hasattr(table, "number_of") else row


def is_table(X: Any) -> bool:
    """Return whether X is a Table or a DataFrame, whose columns have names and kinds of their own."""
    return hasattr(X, "columns") and hasattr(X, "__getitem__") and not isinstance(X, np.ndarray)


def in_order(table: Any, names: Sequence[str]) -> Iterator[Any]:
    """Give a DataFrame's columns in the order of these names; ValueError where one is missing or unknown."""
    of_name = dict(zip(_names_of(table), table.columns, strict=True))
    for known, wanted, what in ((of_name, names, "has no"), (set(names), of_name, "holds an unknown")):
        if lost := join_names([repr(name) for name in wanted if name not in known]):
            trained = join_names([repr(name) for name in names])
            raise ValueError(f"the table {what} column {lost}; in training there were {trained}")
    return (table[of_name[name]] for name in names)


def categorical_columns(X: Any) -> list[str]:
    """Return the names of a DataFrame's columns that hold something other than numbers.

    >>> import pandas as pd
    >>> categorical_columns(pd.DataFrame({"age": [1, 2], "city": ["Rome", "Oslo"]}))
    ["column 'city'"]
    """
    called = [(_called(name, i), column) for i, (name, column) in enumerate(_columns_of(X))]
    return [place for place, column in called if _values_of(place, column)[0].dtype.kind != "f"]


def _called(name: str | None, place: int) -> str:
    """Return what to call a column in messages."""
    return f"column {place if name is None else repr(name)}"


def _names_of(table: Any) -> list[str | None]:
    """Return the name of every column, None for each of an array's."""
    if not is_table(table):
        array = np.asarray(table)
        if array.ndim != 2:
            raise ValueError(f"X must be a table with rows and columns, got shape {array.shape}")
        return [None] * array.shape[1]
    names: list[str | None] = [str(name) for name in table.columns]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the table has more than one column {twice!r}; give each a name of its own")
    return names


def _columns_of(table: Any) -> Iterator[tuple[str | None, Any]]:
    """Give the name of every column and the column itself, which is read from its file only now."""
    names = _names_of(table)
    if not is_table(table):
        yield from zip(names, np.asarray(table).T, strict=True)
    else:
        yield from ((name, table[key]) for name, key in zip(names, table.columns, strict=True))


def _values_of(place: str, column: Any) -> tuple[AnyArray, AnyArray, bool]:
    """Return a column's values, where one is missing, and whether it is marked as categories.

    Values are floats where all of them are numbers, (n,); else objects.
    """
    dtype = str(column.dtype)
    is_marked = dtype == "category" or dtype.startswith(("Categorical", "Enum"))
    values = column if isinstance(column, np.ndarray) else column.to_numpy()
    if values.dtype.kind in "mM":
        raise ValueError(f"{place} holds dates or times; turn them into numbers first, days since a date or the month")
    if values.dtype.kind in "biu":
        values = values.astype(np.float64)
    if values.dtype.kind == "f":
        return values, np.isnan(values), is_marked
    if str in (kinds := set(map(type, values.tolist()))) and kinds <= {str, NoneType}:
        return values, np.fromiter((value is None for value in values.tolist()), bool, len(values)), is_marked
    values = np.fromiter((_plain(value) for value in values), object, len(values))
    missing = np.array([_is_missing(value) for value in values.tolist()], bool)
    present = values[~missing]
    if not is_marked and all(_is_number(value) for value in present.tolist()):
        numbers = np.full(len(values), np.nan)
        numbers[~missing] = present.astype(np.float64)
        return numbers, missing, False
    return values, missing, is_marked


def _plain(value: Any) -> Any:
    """Return Python's own number for one of NumPy's."""
    return value.item() if isinstance(value, np.generic) else value


def _is_number(value: Any) -> bool:
    """Return whether this is a number, and not a whole one beyond what a float can hold."""
    return isinstance(value, float) or (isinstance(value, int) and -LARGEST <= value <= LARGEST)


def _is_missing(value: Any) -> bool:
    # NaN differs from itself; pandas' NA and NaT say so by their type, and refuse to be compared.
    return (
        value is None or type(value).__name__ in ("NAType", "NaTType") or (isinstance(value, float) and value != value)
    )


def _level(table: Any, place: str, value: Any, row: int) -> Any:
    """Return a value that may be a level: a word, or a number."""
    if isinstance(value, str) or _is_number(value):
        return value
    where = f"in row {row_number(table, row)}"
    raise ValueError(f"{place} holds {reprlib.repr(value)} {where}, which is neither a word nor a number")


def _levels(table: Any, place: str, values: AnyArray, missing: AnyArray) -> list[Any]:
    """Return the different values, in order."""
    if set(map(type, present := values[~missing].tolist())) <= {str}:
        return _in_turn(set(present))
    return _in_turn({_level(table, place, values[row], row) for row in np.flatnonzero(~missing).tolist()})


def _in_turn(levels: set[Any]) -> list[Any]:
    try:
        return sorted(levels)
    except TypeError:  # words and numbers mixed, which have no order
        return sorted(levels, key=lambda level: (type(level).__name__, str(level)))


def _levels_of(table: Any, column: ColumnEncoder, place: str, values: AnyArray, missing: AnyArray) -> AnyArray:
    """Return which of the column's levels every row has, (n,)."""
    assert column.levels is not None
    number = {level: i for i, level in enumerate(column.levels)}
    codes = np.empty(len(values), np.int64)
    for row, (value, is_missing) in enumerate(zip(values.tolist(), missing, strict=True)):
        code = number.get(MISSING if is_missing else _level(table, place, value, row))
        if code is None:
            near, far = nearest(value, [str(level) for level in column.levels if level is not MISSING])
            known = near + far
            shown = ", ".join(known[:MOST_LEVELS]) + (", …" if len(known) > MOST_LEVELS else "")
            where = f"in row {row_number(table, row)}"
            raise UnseenError(f"{place} holds {reprlib.repr(value)} {where}, unseen in training; known: {shown}")
        codes[row] = code
    return codes
