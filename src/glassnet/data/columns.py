"""The columns of a table as a network can take them: gaps filled and marked, categories turned into numbers.

    Columns.fit(table, ...)     looks at the training table, a DataFrame (pandas, Polars) or an array, and remembers
    columns.transform(table)    the same columns as numbers, (n, width)

What comes out stands in this order: the columns of numbers, gaps filled with the training part's median; a 1 where such
a gap was, one column for each that had any; one column per level of each category with few levels; last the level's
number of each category with many, which `Embedding` layers (`embeddings`) turn into vectors.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from glassnet.common.arrays import AnyArray, Array

MOST_LEVELS = 12
"""Categories of more levels than this are embedded; those of fewer get a column per level."""

MISSING = None
"""The level that stands for a gap in a category."""


@dataclass(frozen=True)
class Column:
    """One column of the table. levels: its categories, or None for numbers. fill: what takes a gap's place in numbers.

    has_gaps: whether there were gaps in the training table; only then may there be some later.
    """

    name: str
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
class Columns:
    """The columns of a table, as they were in training.

    >>> import pandas as pd
    >>> table = pd.DataFrame({"age": [20.0, None, 40.0], "city": ["Rome", "Oslo", "Rome"]})
    >>> columns = Columns.fit(table, gaps=True, categories=True)
    >>> columns.transform(table)  # age, was it missing, Oslo, Rome
    array([[20.,  0.,  0.,  1.],
           [30.,  1.,  1.,  0.],
           [40.,  0.,  0.,  1.]])
    """

    all: tuple[Column, ...]

    @classmethod
    def fit(cls, table: Any, gaps: bool, categories: bool) -> Columns:
        """Return the columns of a training table.

        gaps: whether there may be any. categories: whether there may be columns that hold no numbers. What may not be
        there is refused by the column's name.
        """
        found = []
        for name, values, missing, is_marked in _columns_of(table):
            if missing.any() and not gaps:
                raise ValueError(f"{name} has no value in row {int(missing.argmax())}; missing='indicator' allows that")
            if values.dtype.kind == "f" and not is_marked:
                present = values[~missing]
                if not len(present):
                    raise ValueError(f"{name} holds no value at all; leave it out")
                found.append(Column(name, None, float(np.median(present)), bool(missing.any())))
                continue
            if not categories:
                raise ValueError(f"{name} holds categories, not numbers; categories='auto' allows that")
            levels = _levels(values[~missing])
            found.append(Column(name, (*levels, *[MISSING] * bool(missing.any())), 0.0, bool(missing.any())))
        return cls(tuple(found))

    @property
    def width(self) -> int:
        """How many columns of numbers come out."""
        return sum(column.width for column in self.all)

    @property
    def embedded(self) -> list[int]:
        """How many levels each embedded column has; they are the last that come out."""
        return [len(column.levels) for column in self.all if column.is_embedded and column.levels is not None]

    def transform(self, table: Any) -> Array:
        """Return the table as numbers, (n, width), float64; float32 where all columns are.

        Raises ValueError where a category or a gap is met that training has not seen, with its column and row.
        """
        given = list(_columns_of(table))
        if len(given) != len(self.all):
            raise ValueError(f"the table has {len(given)} columns, in training there were {len(self.all)}")
        numbers, marks, one_hot, codes = [], [], [], []
        for column, (_, values, missing, _) in zip(self.all, given, strict=True):
            if missing.any() and not column.has_gaps:
                row = int(missing.argmax())
                raise ValueError(f"{column.name} has no value in row {row}, which it always had in training")
            if column.levels is None:
                if values.dtype.kind != "f":
                    raise ValueError(f"{column.name} holds {values[~missing][0]!r}; in training it held numbers")
                numbers.append(np.where(missing, values.dtype.type(column.fill), values))
                if column.has_gaps:
                    marks.append(missing.astype(values.dtype))
                continue
            places = self._places(column, values, missing)
            if column.is_embedded:
                codes.append(places)
            else:
                one_hot.append((places[:, None] == np.arange(len(column.levels))).astype(np.float32))
        parts = [*(one[:, None] for one in (*numbers, *marks)), *one_hot, *(one[:, None] for one in codes)]
        is_single = all(part.dtype.itemsize <= 4 for part in parts if part.dtype.kind == "f") and len(numbers) > 0
        return np.hstack(parts).astype(np.float32 if is_single else np.float64, copy=False)

    def _places(self, column: Column, values: AnyArray, missing: AnyArray) -> AnyArray:
        """Return which level every row has, (n,)."""
        assert column.levels is not None
        number = {level: i for i, level in enumerate(column.levels)}
        places = np.empty(len(values), np.int64)
        for row, (value, is_missing) in enumerate(zip(values.tolist(), missing, strict=True)):
            place = number.get(MISSING if is_missing else value)
            if place is None:
                known = [str(level) for level in column.levels if level is not MISSING]
                shown = ", ".join(known[:MOST_LEVELS]) + (", …" if len(known) > MOST_LEVELS else "")
                raise ValueError(f"{column.name} holds {value!r} in row {row}, unseen in training; known: {shown}")
            places[row] = place
        return places

    def words(self) -> list[dict[str, Any]]:
        """Return the columns as plain words, which a model file can hold."""
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
    def from_words(cls, words: Any) -> Columns:
        """Return the columns that `words` describes; ValueError where it describes none."""
        if not isinstance(words, Sequence) or not all(isinstance(one, Mapping) for one in words):
            raise ValueError("columns must be a list of tables")
        found = []
        for one in words:
            name, levels, fill, has_gaps = (one.get(key) for key in ("name", "levels", "fill", "has_gaps"))
            is_number = isinstance(fill, (int, float)) and bool(np.isfinite(fill))
            is_list = levels is None or isinstance(levels, list)
            if not isinstance(name, str) or not is_number or not isinstance(has_gaps, bool) or not is_list:
                raise ValueError(f"column {name!r} is not described")
            if levels is not None and not all(isinstance(level, (str, int, float, type(None))) for level in levels):
                raise ValueError(f"levels of column {name!r} must be words or numbers")
            found.append(Column(name, None if levels is None else tuple(levels), float(fill), has_gaps))
        return cls(tuple(found))


def is_table(X: Any) -> bool:
    """Return whether X is a DataFrame, whose columns have names and kinds of their own."""
    return hasattr(X, "columns") and hasattr(X, "__getitem__") and not isinstance(X, np.ndarray)


def categorical_columns(X: Any) -> list[str]:
    """Return the names of a DataFrame's columns that hold something other than numbers.

    >>> import pandas as pd
    >>> categorical_columns(pd.DataFrame({"age": [1, 2], "city": ["Rome", "Oslo"]}))
    ["column 'city'"]
    """
    return [name for name, values, _, _ in _columns_of(X) if values.dtype.kind != "f"]


def _columns_of(table: Any) -> list[tuple[str, AnyArray, AnyArray, bool]]:
    """Return of every column what to call it, its values, where one is missing, and whether it is marked as categories.

    Values are floats where all of them are numbers, (n,); else objects.
    """
    if is_table(table):
        series = [(f"column {str(name)!r}", table[name]) for name in table.columns]
    else:
        array = np.asarray(table)
        if array.ndim != 2:
            raise ValueError(f"X must be a table with rows and columns, got shape {array.shape}")
        series = [(f"column {i}", array[:, i]) for i in range(array.shape[1])]
    return [(name, *_values_of(name, column)) for name, column in series]


def _values_of(name: str, column: Any) -> tuple[AnyArray, AnyArray, bool]:
    dtype = str(column.dtype)
    is_marked = dtype == "category" or dtype.startswith(("Categorical", "Enum"))
    values = column if isinstance(column, np.ndarray) else column.to_numpy()
    if values.dtype.kind in "mM":
        raise ValueError(f"{name} holds dates or times; turn them into numbers first, days since a date or the month")
    if values.dtype.kind in "biu":
        values = values.astype(np.float64)
    if values.dtype.kind == "f":
        return values, np.isnan(values), is_marked
    values = values.astype(object)
    missing = np.array([_is_missing(value) for value in values.tolist()], bool)
    present = values[~missing]
    if not is_marked and len(present) and all(isinstance(value, (bool, int, float)) for value in present.tolist()):
        numbers = np.full(len(values), np.nan)
        numbers[~missing] = present.astype(np.float64)
        return numbers, missing, False
    return values, missing, is_marked


def _is_missing(value: Any) -> bool:
    # NaN differs from itself; pandas' NA and NaT say so by their type, and refuse to be compared.
    return (
        value is None or type(value).__name__ in ("NAType", "NaTType") or (isinstance(value, float) and value != value)
    )


def _levels(present: AnyArray) -> list[Any]:
    """Return the different values, in order."""
    try:
        return sorted(set(present.tolist()))
    except TypeError:  # words and numbers mixed, which have no order
        return sorted(set(present.tolist()), key=lambda level: (type(level).__name__, str(level)))
