"""L-BFGS: SciPy's optimizer, with the loss and the gradient of all rows computed by an engine."""

from __future__ import annotations

import contextlib
import dataclasses
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from glassnet.common.arrays import Array
from glassnet.engines.dispatch import name_of
from glassnet.engines.job import Job
from glassnet.engines.numpy import penalize
from glassnet.engines.protocol import Engine
from glassnet.network.decisions import count_correct
from glassnet.training.batching import Rows, dense_rows
from glassnet.training.epoch import blocks
from glassnet.training.history import EpochRecord


@dataclass(frozen=True)
class Point:
    """Loss, accuracy (None for regression), and gradient at one θ; theta and g: (parameters,) in SciPy's float64."""

    theta: Array
    loss: float
    accuracy: float | None
    g: Array


class Objective:
    """The function that L-BFGS minimizes: θ ↦ mean loss of all rows with its penalties, and its gradient.

    Dense rows are computed at once, sparse ones block by block, each weighted by its Σw.
    """

    def __init__(self, job: Job, rows: Rows, engine: Engine) -> None:
        self.job, self.rows, self.engine = job, rows, engine
        n = rows.X.shape[0]
        self.parts = [slice(0, n)] if isinstance(rows.X, np.ndarray) else blocks(job.network, n)
        self.weights = [float(len(range(*part.indices(n)))) for part in self.parts]  # Σw of each part
        if rows.weights is not None:
            self.weights = [float(rows.weights[part].sum()) for part in self.parts]
        self.of_parts = dataclasses.replace(job, l1=0.0, l2=0.0, memo={})  # penalties are added once

    def __call__(self, theta: Array) -> Point:
        """Set the network's θ and return its values."""
        network, rows, whole = self.job.network, self.rows, sum(self.weights)
        network.parameters[:] = theta
        loss, total = 0.0, np.zeros(theta.size)
        correct: int | None = 0
        with np.errstate(over="ignore", invalid="ignore"):
            for part, weight in zip(self.parts, self.weights, strict=True):
                weights = None if rows.weights is None else rows.weights[part]
                if weight == 0:
                    continue
                X = dense_rows(rows.X, part, network.dtype, rows.preprocessing)
                value, output, g = self.engine.gradient(self.of_parts, X, rows.Y[part], weights, None)
                loss += value * (weight / whole)
                total += g * (weight / whole)
                found = count_correct(output, rows.Y[part], network.output_kind)
                correct = None if correct is None or found is None else correct + found
            loss += penalize(self.job, network.parameters, total, whole)
        return Point(theta.copy(), loss, None if correct is None else correct / rows.X.shape[0], total)


@dataclass
class Minimized:
    """Result of L-BFGS. theta: the last accepted point; result: SciPy's result, None after Ctrl-C."""

    theta: Array
    records: list[EpochRecord] = field(default_factory=list)
    result: Any = None


def minimize_lbfgs(
    objective: Objective,
    *,
    iterations: int,
    evaluations: int,
    memory: int = 10,
    tolerance: float,
    validate: Callable[[], tuple[float | None, float | None]] = lambda: (None, None),
    each: Callable[[EpochRecord, float], bool] = lambda record, loss: False,
) -> Minimized:
    """Minimize an objective and return the records of the iterations; the network's θ is the last accepted point.

    memory: number of steps that approximate the curvature. tolerance: of the gradient's largest entry. validate:
    returns validation loss and accuracy. each: called after every iteration with its record, whose loss is the one
    before the iteration, and with the loss after it; returns whether to stop. After Ctrl-C, `result` is None.
    """
    from scipy.optimize import minimize  # imported here, so that `import glassnet` does not load SciPy

    job, latest = objective.job, None
    before: Point | None = None
    found = Minimized(job.network.parameters.astype(np.float64))
    started = time.perf_counter()

    def loss_and_gradient(theta: Array) -> tuple[float, Array]:
        nonlocal latest, before
        latest = objective(theta)
        before = before or latest
        return latest.loss, latest.g

    def after_iteration(intermediate_result: Any) -> None:
        nonlocal before, started
        assert before is not None
        theta = intermediate_result.x.copy()
        job.network.parameters[:] = theta
        engine, number = name_of(objective.engine), len(found.records) + 1
        record = EpochRecord(number, before.loss, before.accuracy, *validate(), None, 0.0, engine)
        record = dataclasses.replace(record, seconds=time.perf_counter() - started)
        found.records.append(record)
        found.theta = theta
        # SciPy's last evaluation is nearly always at the point that it then accepts.
        before = latest if latest is not None and np.array_equal(latest.theta, theta) else objective(theta)
        started = time.perf_counter()
        if each(record, float(intermediate_result.fun)):
            raise StopIteration

    options = {"maxiter": iterations, "maxfun": evaluations, "maxcor": memory, "gtol": tolerance}
    with contextlib.suppress(KeyboardInterrupt):
        found.result = minimize(
            loss_and_gradient, found.theta, jac=True, method="L-BFGS-B", callback=after_iteration, options=options
        )
    job.network.parameters[:] = found.theta
    return found
