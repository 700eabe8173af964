"""One pass through the data: where the rows come from, the steps of an epoch, and how good the network is then."""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np

from glassnet.common.arrays import AnyArray, Array
from glassnet.engines.job import Job, Tally
from glassnet.network.network import Network

BLOCK_BYTES = 16 << 20
"""How much of X is gathered at a time, in the order of the shuffle and in the network's dtype."""


@dataclass(frozen=True)
class Rows:
    """The rows to learn from, or to be judged by, as they were checked at the door; X keeps its own dtype.

    X: (n, inputs), possibly a memory map or a SciPy sparse array of rows (CSR). Y: (n,) or (n, outputs). weights: (n,)
    or None.
    """

    X: Any
    Y: AnyArray
    weights: Array | None = None


class Source:
    """Where a block's rows come from: X, if it is as the engines want it, or a buffer that gets a copy."""

    def __init__(self, X: Any, rows: int, network: Network) -> None:
        self.dtype = network.dtype
        self.is_sparse = not isinstance(X, np.ndarray)
        if not self.is_sparse and X.size * self.dtype.itemsize <= BLOCK_BYTES:
            # No more memory than the buffer would take, and converted once instead of in every epoch.
            X = np.require(X, self.dtype, ["C", "A"])
        self.X = X
        self.is_ready = not self.is_sparse and X.dtype == self.dtype and X.flags.c_contiguous and X.flags.aligned
        self.buffer = np.empty((0 if self.is_ready else rows, X.shape[1]), self.dtype)

    def block(self, order: AnyArray) -> tuple[Array, AnyArray | None]:
        """Return an array, and where in it these rows lie; None if they are its own rows."""
        if self.is_ready:
            return self.X, order
        out = self.buffer[: len(order)]
        rows = self.X[order]
        out[:] = rows.toarray() if self.is_sparse else rows
        return out, None


def run_epoch(
    job: Job,
    rows: Rows,
    source: Source,
    order: AnyArray,
    batch_size: int,
    rates: Array,
    rng: np.random.Generator,
    engine: ModuleType,
) -> Tally:
    """Make the steps of one epoch and return what they add up to.

    order: (m,), which rows to go through, and in which order. rates: (steps,), the learning rate of every step. Raises
    DivergenceError where a loss is not finite.
    """
    tally = Tally()
    batches = block_rows(job.network, batch_size) // batch_size
    for first in range(0, len(rates), batches):
        block = order[first * batch_size : (first + batches) * batch_size]
        X, places = source.block(block)
        weights = None if rows.weights is None else rows.weights[block]
        Y = rows.Y.take(block, axis=0)
        done = engine.run(job, X, Y, weights, batch_size, rates[first : first + batches], rng, places)
        tally.add(done.mean_loss if done.rows else 0.0, done.correct, done.rows)
    return tally


def block_rows(network: Network, batch_size: int) -> int:
    """Return how many rows a block has: whole batches, so that which rows share one does not depend on its size."""
    return max(1, BLOCK_BYTES // (network.inputs * network.dtype.itemsize * batch_size)) * batch_size


def evaluate(job: Job, rows: Rows, engine: ModuleType) -> Tally:
    """Return the loss and the right answers on all rows in evaluation mode, without penalties, block by block."""
    tally = Tally()
    for block in blocks(job.network, rows.X.shape[0]):
        X = dense_rows(rows.X, block, job.network.dtype)
        with np.errstate(over="ignore", invalid="ignore"):
            done = engine.evaluate(job.network, X, rows.Y[block], job.loss)
        tally.add(done.mean_loss, done.correct, done.rows)
    return tally


def blocks(network: Network, rows: int) -> list[slice]:
    """Return slices of rows whose widest layer takes BLOCK_BYTES each."""
    size = max(1, BLOCK_BYTES // (max(network.widths) * network.dtype.itemsize))
    return [slice(first, first + size) for first in range(0, rows, size)]


def dense_rows(X: Any, block: slice, dtype: Any) -> Array:
    """Return some rows of X as an array of this dtype, not copied if they are that already."""
    rows = X[block]
    array: Array = (rows if isinstance(rows, np.ndarray) else rows.toarray()).astype(dtype, copy=False)
    return array
