"""Fits with L-BFGS: SciPy drives with the settings scikit-learn gives it, the engine computes loss and gradient."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import minimize
from sklearn.utils.optimize import _check_optimize_result

from glassnet.common import user_warnings
from glassnet.common.arrays import Array
from glassnet.engines.dispatch import name_of
from glassnet.engines.job import Job
from glassnet.engines.numpy import penalize
from glassnet.engines.protocol import Engine
from glassnet.estimators.best_weights import fitted, keep_first
from glassnet.estimators.callbacks import CallbackNotifier
from glassnet.maths.optimizers import LBFGS
from glassnet.network.layers import Dropout
from glassnet.training.batching import Rows, dense_rows
from glassnet.training.epoch import blocks
from glassnet.training.history import EpochRecord
from glassnet.training.progress import Bar, progress_bar

OF_STEPS = ("schedule", "weight_decay", "clip_norm", "clip_value", "ema")
"""Parameters of glassnet's own that change the steps of a solver that makes steps."""

STOPPED_BY_CALLBACK = 99
"""SciPy's status of a run that its callback has ended."""


def gradient_of(job: Job, rows: Rows, engine: Engine) -> Callable[[Array], tuple[float, Array]]:
    """Return the function from θ to the mean loss of all rows with its penalties, and its gradient, in float64.

    Dense data are computed in one piece, sparse ones block by block, each counting as much as its rows weigh.
    """
    network, n = job.network, rows.X.shape[0]
    parts = [slice(0, n)] if isinstance(rows.X, np.ndarray) else blocks(network, n)
    weigh = [float(len(range(*part.indices(n)))) for part in parts]
    if rows.weights is not None:
        weigh = [float(rows.weights[part].sum()) for part in parts]
    of_parts = dataclasses.replace(job, l2=0.0, memo={})

    def loss_and_gradient(theta: Array) -> tuple[float, Array]:
        network.parameters[:] = theta
        loss, total = 0.0, np.zeros(theta.size)
        with np.errstate(over="ignore", invalid="ignore"):
            for part, weight in zip(parts, weigh, strict=True):
                if weight == 0:
                    continue
                weights = None if rows.weights is None else rows.weights[part]
                X = dense_rows(rows.X, part, network.dtype)
                value, _, g = engine.gradient(of_parts, X, rows.Y[part], weights, None)
                loss += value * (weight / sum(weigh))
                total += g * (weight / sum(weigh))
            loss += penalize(job, network.parameters, total, sum(weigh))
        return loss, total

    return loss_and_gradient


@dataclass
class Iterations:
    """The iterations that one fit makes, network after network."""

    estimator: Any
    jobs: Sequence[Job]
    rows: Rows
    engine: Engine
    telling: CallbackNotifier
    deadline: float | None = None

    def learn(self) -> None:
        """Minimize every network's loss, and write what happened into the estimator."""
        est = self.estimator
        if any(isinstance(layer, Dropout) for layer in self.jobs[0].network.layers):
            raise ValueError(
                "solver='lbfgs' needs the same loss each time, and dropout is random; use another solver, or dropout=0"
            )
        if given := [name for name in OF_STEPS if getattr(est, name) is not None]:
            raise ValueError(
                f"solver='lbfgs' looks at all rows at once and makes no steps that {', '.join(given)} could change; "
                "use another solver, or None for each of these"
            )
        began, losses = time.perf_counter(), []
        with progress_bar(est.max_iter * len(self.jobs), est.progress) as bar:
            for i, job in enumerate(self.jobs):
                self.deadline = None
                if est.time_limit is not None:  # what is left, in equal shares
                    now = time.perf_counter()
                    self.deadline = now + max(0.0, began + est.time_limit - now) / (len(self.jobs) - i)
                losses.append(self.minimize(job, bar))
                if est.history_.stop_reason == "interrupted":
                    keep_first(est, i + 1)
                    break
        est.loss_ = float(np.mean(losses))
        est.history_.best_epoch = len(est.history_)
        self.telling.fit_ended(lambda: fitted(est))

    def minimize(self, job: Job, bar: Bar) -> float:
        """Minimize one network's loss and return it."""
        est, network = self.estimator, job.network
        options = {"maxfun": est.max_fun, "maxiter": est.max_iter, "gtol": est.tol}
        if isinstance(est.solver, LBFGS):
            options |= {"maxcor": est.solver.history, "gtol": est.solver.tolerance}
        accepted = network.parameters.astype(np.float64)
        started = time.perf_counter()

        def after_iteration(intermediate_result: Any) -> None:
            nonlocal accepted, started
            network.parameters[:] = accepted = intermediate_result.x.copy()
            now, epoch, loss = time.perf_counter(), len(est.history_) + 1, float(intermediate_result.fun)
            est.history_.records.append(EpochRecord(epoch, loss, seconds=now - started, engine=name_of(self.engine)))
            started = now
            bar.show(est.history_[-1])
            if est.verbose:
                print(f"Iteration {epoch}, loss = {loss:.8f}")
            self.telling.epoch_begins()
            if self.telling.epoch_ended(lambda: fitted(est)):
                est.history_.stop_reason = "callback"
                raise StopIteration
            if self.deadline is not None and now >= self.deadline:
                est.history_.stop_reason = "time"
                raise StopIteration

        try:
            found = minimize(
                gradient_of(job, self.rows, self.engine),
                accepted,
                jac=True,
                method="L-BFGS-B",
                callback=after_iteration,
                options=options,
            )
        except KeyboardInterrupt:
            user_warnings.warn("Training interrupted by user.")
            network.parameters[:] = accepted
            est.history_.stop_reason, est.n_iter_ = "interrupted", len(est.history_)
            return est.history_[-1].loss if est.n_iter_ else float("nan")
        network.parameters[:] = found.x
        if found.status == STOPPED_BY_CALLBACK:
            est.n_iter_ = found.nit
        else:
            est.n_iter_ = _check_optimize_result("lbfgs", found, est.max_iter)
            est.history_.stop_reason = "converged" if found.status == 0 else "epochs"
        return float(found.fun)
