"""Training with L-BFGS: SciPy drives, the engine gives it the loss and the gradient of the whole data."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from glassnet.common.arrays import AnyArray, Array
from glassnet.engines.job import Job, RunningTotals
from glassnet.maths.optimizers import LBFGS
from glassnet.network.decisions import count_correct
from glassnet.training.history import EpochRecord


@dataclass(frozen=True)
class _Point:
    """What was found at one θ: the loss, how many rows are right, and the gradient in SciPy's float64."""

    theta: Array
    loss: float
    correct: int | None
    g: Array


def minimize_lbfgs(
    job: Job,
    optimizer: LBFGS,
    gradient: Callable[[], tuple[float, Array, Array]],
    evaluate: Callable[[], RunningTotals] | None,
    Y: AnyArray,
    iterations: int,
    engine: str,
) -> Iterator[EpochRecord]:
    """Minimize the loss of all rows and yield a record per iteration, when all are made.

    gradient: returns loss, output and g at the network's θ. evaluate: the same for validation data, or None. The loss
    of a record is the one before its iteration, as with every other optimizer.
    """
    from scipy.optimize import minimize  # here, so that `import glassnet` does not load SciPy

    network = job.network
    records: list[EpochRecord] = []

    def look(theta: Array) -> _Point:
        network.parameters[:] = theta
        with np.errstate(over="ignore", invalid="ignore"):
            loss, output, g = gradient()
        return _Point(theta.copy(), loss, count_correct(output, Y, network.output_kind), g.astype(np.float64))

    started = time.perf_counter()
    start = network.parameters.astype(np.float64)
    before = latest = look(start)
    if not np.isfinite(before.loss):
        raise FloatingPointError(f"the loss is {before.loss} at the start, so L-BFGS has nowhere to go")

    def loss_and_gradient(theta: Array) -> tuple[float, Array]:
        nonlocal latest
        latest = look(theta)
        return latest.loss, latest.g

    def after_iteration(intermediate_result: Any) -> None:
        nonlocal before, started
        theta = intermediate_result.x
        network.parameters[:] = theta
        valid = None if evaluate is None else evaluate()
        records.append(
            EpochRecord(
                len(records) + 1,
                before.loss,
                None if before.correct is None else before.correct / len(Y),
                None if valid is None else valid.mean_loss,
                None if valid is None else valid.accuracy,
                None,
                time.perf_counter() - started,
                engine,
            )
        )
        # SciPy's last look is nearly always at the point that it then accepts.
        before = latest if np.array_equal(latest.theta, theta) else look(theta)
        started = time.perf_counter()

    interrupted = False
    try:
        minimize(
            loss_and_gradient,
            start,
            jac=True,
            method="L-BFGS-B",
            callback=after_iteration,
            options={
                "maxiter": iterations,
                "maxcor": optimizer.history,
                "gtol": optimizer.tolerance,
                "maxfun": 20 * iterations + 100,
            },
        )
    except KeyboardInterrupt:
        interrupted = True
    look(before.theta)  # the last point that was accepted; g belongs to the parameters that are handed out
    yield from records
    if interrupted:
        raise KeyboardInterrupt
