"""Batching: blocks of rows are gathered in shuffled order, preprocessed, and augmented."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from glassnet.common.arrays import AnyArray, Array
from glassnet.common.selection import is_on_disk
from glassnet.data.scaling import Preprocessing
from glassnet.data.tables.level_dropout import LevelDropout
from glassnet.engines.job import Job
from glassnet.engines.protocol import Engine
from glassnet.network.input_checks import check_range

BLOCK_BYTES = 16 << 20
"""Bytes of X that are gathered at a time, in shuffled order and in the network's dtype."""

AT_ONCE_BYTES = 256 << 20
"""Up to this size, rows are preprocessed once and kept in memory; above it, block by block in every epoch."""


@dataclass(frozen=True)
class Rows:
    """Training or validation rows, already checked; X keeps its own dtype.

    X: (n, inputs), possibly a memory map, a Selection of its rows, or a SciPy sparse array (CSR). Y: (n,) or (n,
    outputs). weights: (n,) or None. preprocessing: a transformer that is applied to rows of X before the network, or
    None. level_dropout: random replacement of categories in training, or None; preprocessing leaves them as they are.
    """

    X: Any
    Y: AnyArray
    weights: Array | None = None
    preprocessing: Preprocessing | None = None
    level_dropout: LevelDropout | None = None

    def preprocessed(self, dtype: np.dtype[Any]) -> Rows:
        """Return the rows with preprocessing applied, if they are small enough for memory."""
        if self.preprocessing is None or is_on_disk(self.X) or self.X.size * dtype.itemsize > AT_ONCE_BYTES:
            return self
        X = self.preprocessing.transform(self.X)
        check_range("X after preprocessing", X, dtype)
        X = X.astype(dtype, copy=False)
        return Rows(X, self.Y, self.weights, None, self.level_dropout)


class BlockSource:
    """Source of the rows of a block: X itself if the engines can use it, otherwise a buffer with a copy."""

    def __init__(self, rows: Rows, most: int, job: Job) -> None:
        """Allocate memory for blocks of up to `most` rows."""
        self.job, self.preprocessing, self.level_dropout = job, rows.preprocessing, rows.level_dropout
        dtype, X = job.network.dtype, rows.X
        is_raw = rows.preprocessing is not None or job.augment is not None
        is_array = isinstance(X, np.ndarray)
        if not is_raw and is_array and X.size * dtype.itemsize <= BLOCK_BYTES:
            # Takes no more memory than the buffer, and is converted once instead of in every epoch.
            X = np.require(X, dtype, ["C", "A"])
        self.X = X
        is_theirs = is_array and X.dtype == dtype and X.flags.c_contiguous and X.flags.aligned
        has_member_rows = job.network.inputs != X.shape[1]
        self.is_ready = is_theirs and not is_raw and not has_member_rows and rows.level_dropout is None
        self.buffer = np.empty((0 if self.is_ready else most, job.network.inputs), dtype)

    def block(self, order: AnyArray, rng: np.random.Generator, engine: Engine) -> tuple[Array, AnyArray | None]:
        """Return an array and the indices of the block's rows in it; None for all of its rows.

        order: (m,), or (m, members) if each row of the array consists of a row for each member.
        """
        if self.is_ready:
            return self.X, order
        block = self.buffer[: len(order)]
        out = block.reshape(order.size, -1)
        rows = dense(self.X[order.reshape(-1)])
        if self.job.augment is not None:
            images = rows.astype(out.dtype, copy=False).reshape(len(rows), *self.job.image)
            rows = engine.augment(self.job, images, rng).reshape(len(rows), -1)
        out[:] = rows if self.preprocessing is None else self.preprocessing.transform(rows)
        if self.level_dropout is not None:
            self.level_dropout.apply(out, rng)
        return block, None


def dense(rows: Any) -> AnyArray:
    """Return rows as a dense array."""
    array: AnyArray = rows if isinstance(rows, np.ndarray) else rows.toarray()
    return array


def dense_rows(X: Any, block: slice, dtype: np.dtype[Any], preprocessing: Preprocessing | None = None) -> Array:
    """Return some rows of X, preprocessed, as an array of this dtype, without a copy where possible."""
    rows = dense(X[block])
    treated: Array = rows if preprocessing is None else preprocessing.transform(rows)
    return treated.astype(dtype, copy=False)
