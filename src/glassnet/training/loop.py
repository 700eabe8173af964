"""The epoch loop: all training in epochs runs in `run_epochs`, and is stopped by `until_stopped`.

Callers pass the order of the rows, the learning rates, the validation, and the stopping rule: `gn.train` those of
glassnet, the estimators those of scikit-learn.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from glassnet.common.arrays import AnyArray, Array, vectors
from glassnet.engines.dispatch import name_of
from glassnet.engines.job import NO_FACTORS, DivergenceError, Job, StepFactors
from glassnet.engines.protocol import Engine
from glassnet.network.network import Network
from glassnet.training.batching import BlockSource, Rows
from glassnet.training.epoch import block_rows, run_epoch
from glassnet.training.history import EpochRecord, History
from glassnet.training.progress import Bar
from glassnet.training.stopping import BestWeights, StoppingRule


@dataclass(frozen=True)
class Member:
    """One network in training.

    job: the engine's job. source: provides the rows of a block. order: returns the indices of the rows of the next
    epoch, (m,), in order.
    """

    job: Job
    source: BlockSource
    order: Callable[[], AnyArray]


def member(job: Job, rows: Rows, count: int, batch_size: int, order: Callable[[], AnyArray]) -> Member:
    """Return a member for a network. count: the number of rows per epoch."""
    return Member(job, BlockSource(rows, min(count, block_rows(job.network, batch_size)), job), order)


@dataclass(frozen=True)
class Loop:
    """Arguments of `run_epochs`. Several members are the networks of an ensemble, trained in lockstep.

    rates: returns the learning rate of each step, (steps,), from the epoch, the number of steps, and the monitored
    losses so far. factors: returns the factors of the weight decay and of dropout rates, from the same arguments.
    validate: returns validation loss and accuracy, or None for each.
    """

    members: Sequence[Member]
    rows: Rows
    batch_size: int
    rates: Callable[[int, int, Sequence[float]], Array]
    rng: np.random.Generator
    engine: Engine
    validate: Callable[[], tuple[float | None, float | None]] = lambda: (None, None)
    monitored: list[float] = field(default_factory=list)
    factors: Callable[[int, int, Sequence[float]], StepFactors] = lambda epoch, steps, monitored: NO_FACTORS


def run_epochs(loop: Loop, epochs: Iterable[int]) -> Iterator[EpochRecord]:
    """Train every member for one epoch after another, and yield a record after each.

    epochs: numbers of the epochs. When a record is yielded, and at the end, networks with a moving average of θ
    (`Job.average`) contain the average, and `Job.average` contains their θ. Raises DivergenceError with `epoch` and
    `rate` set.
    """
    jobs, holds_average = [one.job for one in loop.members], False
    try:
        for epoch in epochs:
            start = time.perf_counter()
            if holds_average:
                exchange_averages(jobs)
                holds_average = False
            orders = [one.order() for one in loop.members]
            steps = -(-len(orders[0]) // loop.batch_size)
            rates = loop.rates(epoch, steps, loop.monitored)
            factors = loop.factors(epoch, steps, loop.monitored)
            try:
                tallies = [
                    run_epoch(
                        one.job, loop.rows, one.source, order, loop.batch_size, rates, loop.rng, loop.engine, factors
                    )
                    for one, order in zip(loop.members, orders, strict=True)
                ]
            except DivergenceError as error:
                error.epoch, error.rate = epoch, float(rates[0])
                raise
            exchange_averages(jobs)
            holds_average = True
            accuracies = [totals.accuracy for totals in tallies if totals.accuracy is not None]
            record = EpochRecord(
                epoch,
                float(np.mean([totals.mean_loss for totals in tallies])),
                float(np.mean(accuracies)) if accuracies else None,
                *loop.validate(),
                float(rates[-1]),
                time.perf_counter() - start,
                name_of(loop.engine),
            )
            loop.monitored.append(record.monitored)
            yield record
    finally:
        if not holds_average:
            exchange_averages(jobs)


def averages_of(networks: Sequence[Network]) -> list[Array]:
    """Return a vector for the moving average of each network's θ, (parameters,), initialized with θ."""
    averages = [vectors(1, network.parameters.size, network.dtype)[0] for network in networks]
    for average, network in zip(averages, networks, strict=True):
        average[:] = network.parameters
    return averages


def exchange_averages(jobs: Sequence[Job]) -> None:
    """Swap each network's θ with its average, if there is one."""
    for job in jobs:
        if job.average is not None:
            theta = job.network.parameters.copy()
            job.network.parameters[:] = job.average
            job.average[:] = theta


def until_stopped(
    records: Iterable[EpochRecord],
    rule: StoppingRule,
    best: BestWeights,
    networks: Sequence[Network],
    history: History,
    bar: Bar,
) -> Iterator[EpochRecord]:
    """Add each record to the history and yield it, until the rule stops training; set `history.stop_reason`."""
    for record in records:
        history.records.append(record)
        if rule.is_best(record):
            best.keep(networks, record.epoch)
        bar.show(record)
        yield record
        if (reason := rule.reason()) is not None:
            history.stop_reason = reason
            return
