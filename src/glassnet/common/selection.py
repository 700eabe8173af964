"""Some rows of a large array that stays on the disk: they are fetched when they are used, a block at a time."""

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
    """Rows of a memory map, in an order of their own; indexing gives them as an ordinary array.

    base: (N, features), a `numpy.memmap`. rows: (n,), which of its rows. treat: what is done to rows when they are
    read, such as a preprocessing step; or some of their columns.

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
        """Return rows of the same kind as these, (0 or 1, features)."""
        return self.base[:1] if self.treat is None else self.treat(np.asarray(self.base[:1]))

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, key: Any) -> AnyArray:
        rows = np.asarray(self.base[self.rows[key]])
        return rows if self.treat is None else self.treat(rows)

    def __array__(self, dtype: npt.DTypeLike | None = None, copy: bool | None = None) -> AnyArray:
        return self[:].astype(dtype or self.dtype, copy=False)

    def take(self, rows: IntArray | slice) -> Selection:
        """Return some of these rows, still on the disk."""
        return Selection(self.base, self.rows[rows], self.treat)


def selection(X: Any, treat: Callable[[AnyArray], AnyArray] | None = None) -> Selection:
    """Return all rows of an array on the disk, or what is done to them one after the other.

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
    """Give X as arrays of consecutive rows, each with the number of its first: all at once where X is in memory.

    >>> [first for first, block in row_blocks(np.zeros((5, 2)))]
    [0]
    """
    rows = len(X)
    if is_on_disk(X):
        rows = max(1, BLOCK_BYTES // (X.shape[1] * FLOAT64))
    for first in range(0, len(X), max(1, rows)):
        yield first, X[first : first + rows]
