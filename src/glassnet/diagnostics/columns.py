"""The columns of a sample of rows, each with its distinct values numbered, as the rules about data need them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from glassnet.common.arrays import AnyArray, Array, IntArray
from glassnet.data.dataset import Dataset
from glassnet.data.tables.table import Table

MOST_ROWS, FEWEST_ROWS = 5_000, 500
"""Limits on the rows of a sample; the fewer columns a table has, the more rows there are."""

MOST_VALUES = 500_000
"""Limit on the values of a sample, which take a tenth of a second."""

MOST_COLUMNS = 2_000
"""Tables with more columns have no findings."""


@dataclass(frozen=True, eq=False)
class SampledColumn:
    """A column of a sample.

    name: as in the file, or "column 3". values: (n,), numbers or texts; missing values are NaN or None. rows: (n,), the
    position of each row in the file, None where that is not known.
    """

    name: str
    values: AnyArray
    rows: IntArray | None

    @property
    def is_numeric(self) -> bool:
        """Whether the values are numbers, or dates."""
        return self.values.dtype.kind in "fiubM"

    @property
    def is_date(self) -> bool:
        """Whether the values are dates."""
        return self.values.dtype.kind == "M"

    @cached_property
    def numbers(self) -> Array:
        """The values of a numeric column as float64, (n,), dates in seconds."""
        if self.is_date:
            return np.where(np.isnat(self.values), np.nan, self.values.astype("datetime64[s]").astype(np.float64))
        return self.values.astype(np.float64)

    @cached_property
    def levels(self) -> Array:
        """The distinct values of a numeric column in increasing order, (levels,), NaN last if any is missing."""
        return np.unique(self.numbers)

    @cached_property
    def codes(self) -> tuple[IntArray, int]:
        """The number of the distinct value in each row, (n,), in their order for numbers, and how many there are.

        All missing values are one value, the last.
        """
        if self.is_numeric:
            return np.searchsorted(self.levels, self.numbers), len(self.levels)
        known: dict[Any, int] = {}
        texts = [None if value is None or value != value else value for value in self.values.tolist()]
        return np.array([known.setdefault(text, len(known)) for text in texts], np.int64), len(known)


@dataclass(frozen=True, eq=False)
class Sample:
    """Some rows of a data set for the rules.

    target: what the target is called. y: (n,), class indices or numbers. classes: how many classes there are, 0 for
    numbers. total: how many rows the data set has. has_names: whether the columns have names. is_random: whether the
    rows were drawn at random, or are neighbors in a file.
    """

    target: str
    y: AnyArray
    classes: int
    total: int
    has_names: bool
    columns: tuple[SampledColumn, ...]
    is_random: bool = True

    def __len__(self) -> int:
        return len(self.y)

    def rows_per_value(self, column: SampledColumn) -> float:
        """Return the number of rows per distinct value in the whole data set, an estimate if these are some of them.

        Of values with c rows each, of which a share q is sampled, c q (1 − q)^(c − 1) are seen once, and
        c (c − 1) / 2 · q² (1 − q)^(c − 2) twice.
        """
        codes, levels = column.codes
        seen, q = np.bincount(codes), len(self) / self.total
        once, twice = int((seen == 1).sum()), int((seen == 2).sum())
        if q == 1 or not once or not self.is_random:
            return len(self) / levels
        return max(len(self) / levels, 1 + 2 * twice / once * (1 - q) / q)

    @cached_property
    def halves(self) -> tuple[tuple[IntArray, IntArray], ...]:
        """Both halves of the rows, (n / 2,) each, once to fit on and once to test on."""
        order = np.random.default_rng(1).permutation(len(self))
        first, second = order[::2], order[1::2]
        return (first, second), (second, first)


def samples(data: Dataset, target: str) -> Iterator[Sample]:
    """Yield a sample of the data for each target; none for images."""
    X = data.X
    if data.image_shape is not None or data.features > MOST_COLUMNS:
        return
    most = int(np.clip(MOST_VALUES // data.features, FEWEST_ROWS, MOST_ROWS))
    rng, is_random = np.random.default_rng(0), True
    rows = rng.permutation(len(data))[:most]
    if isinstance(X, Table):
        if X.is_on_disk:  # neighbors in the file, so that little of it is read
            rows, is_random = rng.permutation(np.argsort(X.rows, kind="stable")[:most]), False
        few = X.take(rows)
        columns = [SampledColumn(name, few[name], few.rows) for name in few.columns]
    else:
        names = data.feature_names or [f"column {j}" for j in range(data.features)]
        rows = np.sort(rows)  # a file is read forwards
        numbers = np.asarray(X[rows])
        columns = [SampledColumn(name, numbers[:, j], None) for j, name in enumerate(names)]
    y = data.y[rows].reshape(len(rows), -1)
    for k in range(y.shape[1]):
        name = target if y.shape[1] == 1 else f"{target} {k + 1}"
        has_names = data.feature_names is not None
        yield Sample(name, y[:, k], len(data.class_names or ()), len(data), has_names, tuple(columns), is_random)
