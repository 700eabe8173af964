"""Encoding of tables as numbers: imputation, missing-value indicators, and one-hot or integer codes for categories.

    encoder = TableEncoder.fit(table, ...)     fitted on a Table, DataFrame, or array
    encoder.transform(table)                   the same columns as numbers, (n, width)

Columns of a DataFrame are matched by name, in any order. The output holds, in this order: the numeric columns, with
missing values replaced by the median of the training set, and dates as several numbers each; one indicator column for
each numeric column or date with missing values; one column per level of each category with few levels; the integer code
of each category with many levels, for `Embedding` layers. A column with a single value in training is left out.

A category that training did not have becomes "other": 0 in all its one-hot columns, or a code of its own.
"""

from __future__ import annotations

import dataclasses
import reprlib
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from glassnet.common.arrays import AnyArray, Array
from glassnet.data.tables.column_encoder import (
    MAX_ONE_HOT_LEVELS,
    CategoryEncoding,
    ColumnEncoder,
    check_finite,
    column_from_spec,
    fit_dates,
    fit_levels,
    fit_numbers,
    numbers_or_dates,
)
from glassnet.data.tables.columns import (
    columns_of,
    in_order,
    is_number,
    is_table,
    label_of,
    names_of,
    row_number,
    values_of,
)
from glassnet.data.tables.decisions import Decision
from glassnet.data.tables.level_dropout import LevelDropout
from glassnet.data.tables.unseen import Unseen, UnseenError, check_choice


@dataclass(frozen=True)
class TableEncoder:
    """Encoding of a table's columns as numbers, fitted on the training table.

    Attributes
    ----------
    all : tuple of ColumnEncoder
        One encoding per column.
    unseen : {"predict", "error"}
        Whether `transform` encodes categories and missing values that training did not have, with a warning, or raises
        UnseenError.

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
    unseen: str = "predict"

    @classmethod
    def fit(
        cls,
        table: Any,
        missing: bool,
        categories: bool,
        unseen: str = "predict",
        *,
        max_one_hot: int = MAX_ONE_HOT_LEVELS,
        signed_binary: bool = False,
        zero_missing: bool = False,
        embedding_units: int | None = None,
    ) -> TableEncoder:
        """Return an encoder fitted on a training table.

        Parameters
        ----------
        table : Table, DataFrame, or array-like, (n, columns)
            The training table.
        missing : bool
            Whether missing values are allowed.
        categories : bool
            Whether columns may hold categories or dates.
        unseen : {"predict", "error"}, default "predict"
            What becomes of categories and missing values in later tables that the training table does not have. Only an
            encoder fitted with "predict" can encode them. Recipes and estimators train the code of unseen categories
            with `level_dropout`; a network of your own has to do the same with the rows of each epoch.
        max_one_hot : int, default 12
            Categorical columns with more levels are embedded; the others are one-hot encoded.
        signed_binary : bool, default False
            Encode a category with two levels as one column of −1 and 1, and 0 if it is unseen or missing.
        zero_missing : bool, default False
            Encode missing categories as 0 in all columns, and as the code of "other" in embedded ones, instead of as a
            level of their own.
        embedding_units : int, optional
            Length of the vectors of embedded columns; by default, half the number of levels, at most 50.

        Returns
        -------
        TableEncoder
            The encoder.

        Raises
        ------
        ValueError
            If a column holds something that is not allowed, or all columns are constant.
        """
        check_choice(unseen)
        encoding = CategoryEncoding(max_one_hot, signed_binary, zero_missing, embedding_units)
        is_open, found = unseen == "predict", []
        for i, (name, column) in enumerate(columns_of(table)):
            label = label_of(name, i)
            values, is_missing, is_marked = values_of(column)
            if is_missing.any() and not missing:
                row = row_number(table, int(is_missing.argmax()))
                raise ValueError(f"{label} has no value in row {row}; use missing='indicator' to allow that")
            if values.dtype.kind == "f" and not is_marked:
                check_finite(table, label, values)
                found.append(fit_numbers(name, values, is_missing, is_open and missing))
                continue
            if not categories:
                what = "dates" if values.dtype.kind == "M" else "categories"
                raise ValueError(f"{label} contains {what}, not numbers; use categories='auto' to allow that")
            if values.dtype.kind == "M":
                found.append(fit_dates(name, values, is_missing, is_open and missing))
            else:
                flags = is_open, is_open and missing
                found.append(fit_levels(table, label, name, values, is_missing, *flags, encoding))
        if found and not any(column.width for column in found):
            raise ValueError("every column has the same value in all training rows, so there is nothing to learn from")
        return cls(tuple(found), unseen)

    @cached_property
    def width(self) -> int:
        """Number of encoded columns."""
        return sum(column.width for column in self.all)

    @cached_property
    def numbers(self) -> int:
        """Number of numeric columns that come out, which are the first and are scaled."""
        return sum(column.numbers for column in self.all)

    @property
    def numeric_labels(self) -> list[str]:
        """Label of the column that each of the numeric columns in the output comes from."""
        return [label_of(column.name, i) for i, column in enumerate(self.all) for _ in range(column.numbers)]

    @property
    def embedded(self) -> list[int]:
        """Number of codes of each embedded column; they come last in the output."""
        return [column.codes for column in self.all if column.is_embedded]

    @property
    def embedding_units(self) -> int | None:
        """Length of the vectors of embedded columns, None for the default."""
        return next((column.encoding.embedding_units for column in self.all if column.is_embedded), None)

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """The columns that are left out because they had a single value in training."""
        left_out = [(column.name, i) for i, column in enumerate(self.all) if not column.width]
        return tuple(
            Decision(
                name,
                f"{i if name is None else repr(name)} has the same value in all training rows: left out",
                f"--drop {i if name is None else shlex.quote(name)}",
            )
            for name, i in left_out
        )

    @cached_property
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
            If a row has a category or a missing value that training did not have in this column, and `unseen` is
            "error", or was in training.

        Warns
        -----
        UnseenWarning
            If such values were encoded; the message counts and lists them.
        """
        out, unseen = self.encode(table)
        unseen.warn()
        return out

    def encode(self, table: Any) -> tuple[Array, Unseen]:
        """Return a table as numbers, and its unseen values, without a warning.

        Parameters
        ----------
        table : Table, DataFrame, or array-like, (n, columns)
            The table.

        Returns
        -------
        tuple of Array, (n, width), and Unseen
            The numbers, and what training did not have.
        """
        unseen = Unseen()
        parts, count = list(self._parts(table, unseen)), self.numbers
        numbers = [values for where, values in parts if isinstance(where, int) and where < count]
        is_single = all(values.dtype.itemsize <= 4 for values in numbers) and len(numbers) == count > 0
        out = np.empty((unseen.total, self.width), np.float32 if is_single else np.float64)
        for where, values in parts:
            out[:, where] = values
        return out, unseen

    def encode_into(self, out: Array, table: Any, unseen: Unseen) -> None:
        """Write what `encode` returns into an array, one column at a time.

        Parameters
        ----------
        out : Array, (n, width)
            Array that is overwritten.
        table : Table, DataFrame, or array-like
            The table.
        unseen : Unseen
            Record to which values are added that training did not have.
        """
        own = Unseen()
        for where, values in self._parts(table, own):
            out[:, where] = values
        unseen.merge(own)

    def with_unseen(self, unseen: str) -> TableEncoder:
        """Return the encoder with another choice of `unseen`."""
        check_choice(unseen)
        return dataclasses.replace(self, unseen=unseen)

    @property
    def level_dropout(self) -> LevelDropout | None:
        """The level dropout that trains the code of unseen levels, or None if there is no such code."""
        found = []
        for column, first in zip(self.all, self._level_positions(), strict=True):
            if column.has_other:
                found.append((first, (column.codes - 1.0,) if column.is_embedded else (0.0,) * column.one_hot))
        return LevelDropout(tuple(found)) if found else None

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
            if not column.width:
                continue
            for row in [] if self._takes_missing(column) else np.flatnonzero(missing).tolist():
                found.setdefault(row, f"{label} has no value")
            if column.levels is None and values.dtype.kind == ("M" if column.date_parts else "f"):
                continue
            takes_all = self.unseen == "predict" and column.has_other
            known = frozenset(column.levels or ())
            for row, value in enumerate(values.tolist()):
                is_text = isinstance(value, str) or is_number(value)
                is_level = is_text and (takes_all or value in known)
                if column.levels is None:
                    is_level = is_number(value) and not column.date_parts
                if not missing[row] and not is_level:
                    found.setdefault(row, f"{label} contains {reprlib.repr(value)}")
        return dict(sorted(found.items()))

    def _takes_missing(self, column: ColumnEncoder) -> bool:
        """Return whether missing values in a column are encoded."""
        return column.has_missing or (column.fills_missing and self.unseen == "predict")

    def _level_positions(self) -> Iterator[int]:
        """Yield the position of the first level, or of the code, of each column in the output."""
        level = self.numbers + sum(column.has_indicator for column in self.all)
        code = self.width - len(self.embedded)
        for column in self.all:
            yield code if column.is_embedded else level
            code += column.is_embedded
            level += column.one_hot

    def _parts(self, table: Any, unseen: Unseen) -> Iterator[tuple[int | slice, AnyArray]]:
        """Yield each encoded column, (n,) or (n, columns), with its position in the output; count unseen values."""
        number, mark, raises = 0, self.numbers, self.unseen == "error"
        for (column, label, values, missing), level in zip(self._read(table), self._level_positions(), strict=True):
            unseen.total = len(values)
            if not column.width:
                continue
            if not column.has_missing and missing.any():
                if not self._takes_missing(column):
                    row = row_number(table, int(missing.argmax()))
                    raise UnseenError(f"{label} has no value in row {row}, but had none missing in training")
                for row in np.flatnonzero(missing).tolist() if column.levels is None else ():
                    unseen.add(label, None, row, row_number(table, row))
            if column.levels is not None:
                codes = column.codes_of(table, label, values, missing, raises, unseen)
                yield level if column.is_embedded else slice(level, level + column.one_hot), column.encode_levels(codes)
                continue
            if column.numbers:
                values = numbers_or_dates(table, column, label, values, missing)
                if column.date_parts:
                    yield slice(number, number + column.numbers), column.encode_dates(values, missing)
                else:
                    yield number, column.encode_numbers(values, missing)
                number += column.numbers
            if column.has_indicator:
                yield mark, missing
                mark += 1

    def _read(self, table: Any) -> Iterator[tuple[ColumnEncoder, str, AnyArray, AnyArray]]:
        """Yield each column's encoder, its label, its values, and the mask of missing values, (n,) each."""
        for i, (column, series) in enumerate(zip(self.all, self._in_order(table), strict=True)):
            label = label_of(column.name, i)
            values, missing, _ = values_of(series) if column.width else _ignored(len(series))
            yield column, label, values, missing

    def _in_order(self, table: Any) -> Iterator[Any]:
        """Return the table's columns in the order of training."""
        if self.names is not None and is_table(table):
            return in_order(table, self.names)
        names = names_of(table)
        if len(names) != len(self.all):
            raise ValueError(f"the table has {len(names)} columns, but training had {len(self.all)}")
        return (column for _, column in columns_of(table))

    @property
    def format(self) -> int:
        """The first version of the model file's format that can store the encoder."""
        return max((column.format for column in self.all), default=2)

    def to_spec(self) -> list[dict[str, Any]]:
        """Return the encoder as plain data, for a model file."""
        return [column.to_spec() for column in self.all]

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
        return cls(tuple(column_from_spec(label_of(one.get("name"), i), one) for i, one in enumerate(spec)))


def _ignored(rows: int) -> tuple[AnyArray, AnyArray, bool]:
    """Return values without missing ones, (n,), in place of those of a column that is left out, whatever it holds."""
    return np.zeros(rows), np.zeros(rows, bool), False
