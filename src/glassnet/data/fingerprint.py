"""Fingerprints of data: short hashes that are equal only for the same rows in the same order.

They detect whether the data have changed since a model was trained, or since a hyperparameter search was started.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping

import numpy as np

from glassnet.common.arrays import AnyArray
from glassnet.common.selection import row_blocks
from glassnet.data.dataset import Dataset
from glassnet.data.tables.table import Table

MAX_BLOCKS, MAX_TABLE_ROWS = 16, 200_000
"""Maximum number of blocks of rows, and of rows of a table, that are hashed, since reading gigabytes would be slow."""


def fingerprint(parts: Mapping[str, Dataset]) -> str:
    """Return a hash of the splits: their column names, classes, and targets, and their rows, up to a maximum.

    >>> first, second = Dataset(np.eye(2), ["cat", "dog"]), Dataset(np.eye(2), ["dog", "cat"])
    >>> fingerprint({"train": first}) == fingerprint({"train": second})
    False
    """
    digest = hashlib.blake2b(digest_size=12)
    for name, part in parts.items():
        digest.update(f"{name} {len(part)} {part.features} {part.class_names} {part.feature_names}".encode())
        digest.update(_memory(part.y))
        for values in (part.groups, part.times):
            if values is not None:  # folds depend on them
                digest.update(_memory(np.unique(values, return_inverse=True)[1]))
        for chunk in _rows(part):
            digest.update(chunk)
    return digest.hexdigest()


def _rows(part: Dataset) -> Iterator[bytes | memoryview]:
    if isinstance(part.X, Table):
        few = part.X.take(np.arange(min(len(part), MAX_TABLE_ROWS)))
        for name in few.columns:
            column = few[name]
            yield repr(column.tolist()).encode() if column.dtype == object else _memory(column)
        return
    for number, (_, rows) in enumerate(row_blocks(part.X)):
        if number == MAX_BLOCKS:
            return
        yield _memory(rows)


def _memory(array: AnyArray) -> memoryview:
    """Return the bytes of an array; contiguous arrays are not copied."""
    array = array.view(np.int64) if array.dtype.kind == "M" else array  # dates have no buffer
    return np.ascontiguousarray(array).data.cast("B")
