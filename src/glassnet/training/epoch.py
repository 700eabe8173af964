"""One epoch: its steps, block by block, and the evaluation of the network."""

from __future__ import annotations

import numpy as np

from glassnet.common.arrays import AnyArray, Array
from glassnet.engines.job import NO_FACTORS, Job, RunningTotals, StepFactors
from glassnet.engines.protocol import Engine
from glassnet.maths.losses import mean_loss
from glassnet.network.network import Network
from glassnet.training.batching import BLOCK_BYTES, BlockSource, Rows, dense_rows
from glassnet.training.member_batches import member_targets, relative_weights


def run_epoch(
    job: Job,
    rows: Rows,
    source: BlockSource,
    order: AnyArray,
    batch_size: int,
    rates: Array,
    rng: np.random.Generator,
    engine: Engine,
    factors: StepFactors = NO_FACTORS,
) -> RunningTotals:
    """Run the steps of one epoch and return their totals.

    order: (m,), indices of the rows, in order, or (m, members), those of each member. rates: (steps,), the learning
    rate of each step. factors: those of the weight decay and of dropout rates at each step. Raises DivergenceError if a
    loss is not finite.
    """
    totals = RunningTotals()
    batches = block_rows(job.network, batch_size) // batch_size
    for first in range(0, len(rates), batches):
        block = order[first * batch_size : (first + batches) * batch_size]
        X, row_order = source.block(block, rng, engine)
        weights = None if rows.weights is None else rows.weights[block]
        if order.ndim == 1:
            Y = rows.Y.take(block, axis=0)
        else:
            Y = member_targets(rows.Y, block)
            weights = None if weights is None else relative_weights(weights, batch_size)
        own, last = factors.part(first, first + batches), first + batches
        done = engine.run(job, X, Y, weights, batch_size, rates[first:last], rng, row_order, own)
        # A row of several members with rows of their own is not correct or wrong.
        correct = done.correct if order.ndim == 1 else None
        totals.add(done.mean_loss if done.rows else 0.0, correct, done.rows)
    return totals


def block_rows(network: Network, batch_size: int) -> int:
    """Return the number of rows per block: whole batches, so the batches do not depend on the block size."""
    return max(1, BLOCK_BYTES // (network.inputs * network.dtype.itemsize * batch_size)) * batch_size


def evaluate(job: Job, rows: Rows, engine: Engine) -> RunningTotals:
    """Return loss and correct predictions of all rows in evaluation mode, without penalties, block by block."""
    totals = RunningTotals()
    for block in blocks(job.network, rows.X.shape[0]):
        X = dense_rows(rows.X, block, job.network.dtype, rows.preprocessing)
        with np.errstate(over="ignore", invalid="ignore"):
            done = engine.evaluate(job.network, X, rows.Y[block], job.loss)
        totals.add(done.mean_loss, done.correct, done.rows)
    return totals


def weighted_loss(job: Job, rows: Rows, engine: Engine) -> float:
    """Return the mean loss of all rows with their weights in evaluation mode, without penalties."""
    losses = np.empty(rows.X.shape[0])
    for block in blocks(job.network, len(losses)):
        X = dense_rows(rows.X, block, job.network.dtype, rows.preprocessing)
        with np.errstate(over="ignore", invalid="ignore"):
            losses[block] = job.loss.value(engine.predict(job.network, X), rows.Y[block])
    return mean_loss(losses, rows.weights)


def blocks(network: Network, rows: int) -> list[slice]:
    """Return slices of rows whose widest layer takes BLOCK_BYTES each."""
    size = max(1, BLOCK_BYTES // (network.largest_width * network.dtype.itemsize))
    return [slice(first, first + size) for first in range(0, rows, size)]
