"""Row selections of large arrays on disk, which are read on access, block by block."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from glassnet.common.arrays import AnyArray, IntArray

BLOCK_BYTES = 16 << 20
"""Maximum bytes of a large array that are read at a time, measured as float64."""

FLOAT64 = 8


class Selection:
    """Rows of a memory map in any order; indexing returns them as an ordinary array.

    base: (N, features), a `numpy.memmap`. rows: (n,), indices of its rows. treat: a function applied to rows when they
    are read, such as preprocessing or a selection of columns.

    >>> some = Selection(np.arange(8).reshape(4, 2), np.array([3, 0, 1]))
    >>> len(some), some[:2]
    (3, array([[6, 7],
           [0, 1]]))
    """

    ndim = 2

    def __init__(self, base: AnyArray, rows: IntArray, treat: Callable[[AnyArray], AnyArray] | None = None) -> None:
        self.base, self.rows, self.treat = base, rows, treat

    @property
    def shape(self) -> tuple[int, int]:
        """Shape of the selected rows."""
        return len(self.rows), self._like().shape[1]

    @property
    def size(self) -> int:
        """Number of elements."""
        rows, columns = self.shape
        return rows * columns

    @property
    def dtype(self) -> np.dtype[Any]:
        """Dtype of the elements."""
        return self._like().dtype

    def _like(self) -> AnyArray:
        """Return a sample of these rows, (0 or 1, features), for the shape and dtype."""
        return self.base[:1] if self.treat is None else self.treat(np.asarray(self.base[:1]))

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, key: Any) -> AnyArray:
        rows = np.asarray(self.base[self.rows[key]])
        return rows if self.treat is None else self.treat(rows)

    def __array__(self, dtype: npt.DTypeLike | None = None, copy: bool | None = None) -> AnyArray:
        return self[:].astype(dtype or self.dtype, copy=False)

    def take(self, rows: IntArray | slice) -> Selection:
        """Return a selection of some of these rows; they stay on disk."""
        return Selection(self.base, self.rows[rows], self.treat)


def selection(X: Any, treat: Callable[[AnyArray], AnyArray] | None = None) -> Selection:
    """Return a selection of all rows of an array on disk, with `treat` applied after functions it already has.

    >>> selection(np.arange(4).reshape(2, 2), lambda rows: rows * 10)[1:]
    array([[20, 30]])
    """
    if not isinstance(X, Selection):
        return Selection(X, np.arange(len(X)), treat)
    first = X.treat
    both = treat if first is None else first if treat is None else lambda rows: treat(first(rows))
    return Selection(X.base, X.rows, both)


def is_on_disk(X: object) -> bool:
    """Return whether an array must not be copied into memory whole."""
    return isinstance(X, (np.memmap, Selection))


def row_blocks(X: Any) -> Iterator[tuple[int, AnyArray]]:
    """Yield blocks of consecutive rows, each with the index of its first; X in memory is a single block.

    >>> [first for first, block in row_blocks(np.zeros((5, 2)))]
    [0]
    """
    rows = len(X)
    if is_on_disk(X):
        rows = max(1, BLOCK_BYTES // (X.shape[1] * FLOAT64))
    for first in range(0, len(X), max(1, rows)):
        yield first, X[first : first + rows]
