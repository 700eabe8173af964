"""A short text that tells data apart: the same rows in the same order have the same one, all others another.

It says whether a file still holds what a model has learned from, and whether a search goes on with the data it began
with.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping

import numpy as np

from glassnet.common.arrays import AnyArray
from glassnet.common.selection import row_blocks
from glassnet.data.dataset import Dataset
from glassnet.data.tables.table import Table

MOST_BLOCKS, MOST_ROWS = 16, 200_000
"""Number of blocks of rows, and of rows of a table, that are hashed: reading gigabytes would take too long."""


def fingerprint(parts: Mapping[str, Dataset]) -> str:
    """Return the fingerprint of data by part: of columns, classes, all answers and rows; of very many rows, the first.

    >>> first, second = Dataset(np.eye(2), ["cat", "dog"]), Dataset(np.eye(2), ["dog", "cat"])
    >>> fingerprint({"train": first}) == fingerprint({"train": second})
    False
    """
    digest = hashlib.blake2b(digest_size=12)
    for name, part in parts.items():
        digest.update(f"{name} {len(part)} {part.features} {part.class_names} {part.feature_names}".encode())
        digest.update(_memory(part.y))
        for chunk in _rows(part):
            digest.update(chunk)
    return digest.hexdigest()


def _rows(part: Dataset) -> Iterator[bytes | memoryview]:
    if isinstance(part.X, Table):
        few = part.X.take(np.arange(min(len(part), MOST_ROWS)))
        for name in few.columns:
            column = few[name]
            yield repr(column.tolist()).encode() if column.dtype == object else _memory(column)
        return
    for number, (_, rows) in enumerate(row_blocks(part.X)):
        if number == MOST_BLOCKS:
            return
        yield _memory(rows)


def _memory(array: AnyArray) -> memoryview:
    """Return the bytes of an array, which are not copied where they lie in order."""
    return np.ascontiguousarray(array).data.cast("B")
