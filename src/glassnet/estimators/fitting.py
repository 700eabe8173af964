"""Fitting: training an estimator's networks, setting scikit-learn's attributes, and restoring the best weights."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.optimize import _check_optimize_result

from glassnet.common import user_warnings
from glassnet.common.arrays import AnyArray
from glassnet.engines.job import DivergenceError
from glassnet.estimators.callbacks import CallbackNotifier
from glassnet.estimators.fitted_state import fitted, keep_first
from glassnet.estimators.learning import Epochs
from glassnet.maths.optimizers import LBFGS
from glassnet.network.layers import Dropout
from glassnet.training.history import EpochRecord
from glassnet.training.lbfgs import Objective, minimize_lbfgs
from glassnet.training.options import CLIPPING, STEP_OPTIONS
from glassnet.training.progress import Bar, progress_bar

NOT_FINITE = (
    "Solver produced non-finite parameter weights. The input data may contain large values and need to be preprocessed."
)

STOPPED_BY_CALLBACK = 99
"""SciPy's status of a run that was stopped by its callback."""


@dataclass(frozen=True)
class Iterations:
    """A fit with L-BFGS, one network after the other."""

    objectives: Sequence[Objective]
    notifier: CallbackNotifier


class FittingMixin:
    """Training in epochs or with L-BFGS; the estimator sets its attributes from the records."""

    loss_curve_: list[float]
    validation_loss_curve_: list[float] | None
    validation_scores_: list[float] | None
    best_validation_score_: float | None
    best_loss_: float | None

    def _train(self: Any, ready: Epochs | Iterations) -> None:
        if isinstance(ready, Iterations):
            self._train_by_lbfgs(ready)
        else:
            self._train_in_epochs(ready)
        ready.notifier.fit_ended(lambda: fitted(self))

    # In epochs

    def _train_in_epochs(self: Any, run: Epochs) -> None:
        self.n_iter_, self._best, self.history_.stop_reason = 0, run.best, "epochs"
        try:
            with closing(run.records()) as records:
                for record in records:
                    self._note(record, run)
            if self.history_.stop_reason == "epochs" and not run.rule.is_single:
                user_warnings.warn(
                    f"Stochastic Optimizer: Maximum iterations ({self.max_iter}) "
                    "reached and the optimization hasn't converged yet.",
                    ConvergenceWarning,
                )
        except KeyboardInterrupt:
            user_warnings.warn("Training interrupted by user.")
            self.history_.stop_reason = "interrupted"
        except DivergenceError as error:
            self._note_divergence(error, run)
            self.history_.stop_reason = "diverged"
        self._no_improvement_count, self.should_stop_ = run.rule.no_improvement_count, run.rule.should_stop
        self._leave(run)

    def _note(self: Any, record: EpochRecord, run: Epochs) -> None:
        """Record an epoch, and notify callbacks, which may request to stop."""
        rule = run.rule
        self.n_iter_ += 1
        self.t_, self.loss_ = rule.rows_seen, record.loss
        self.loss_curve_.append(record.loss)
        if self.verbose:
            print(f"Iteration {self.n_iter_}, loss = {self.loss_:.8f}")
        if run.validation is not None:
            self.validation_loss_curve_.append(record.valid_loss)
            self.validation_scores_.append(rule.score)
            self.best_validation_score_ = rule.best_score
            if self.verbose:
                print(f"Validation score: {rule.score:f}")
        if not rule.by_score:
            self.best_loss_ = rule.best_loss
        self._no_improvement_count, self.should_stop_ = rule.no_improvement_count, rule.should_stop
        rule.is_asked_to_stop = run.notifier.epoch_ended(lambda: fitted(self))

    def _note_divergence(self: Any, error: DivergenceError, run: Epochs) -> None:
        """Record an epoch whose loss is not finite; raise if no best weights are to be restored."""
        self.n_iter_ += 1
        self.t_ += run.rule.rows
        self.loss_ = error.loss
        self.loss_curve_.append(self.loss_)
        if (largest := _too_large_to_square(run.loop.rows.Y)) is not None:
            raise ValueError(
                f"In epoch {self.n_iter_}, {error}: y contains {largest:g}, whose square overflows. Scale y, for "
                "instance with sklearn.compose.TransformedTargetRegressor."
            ) from None
        if not run.rule.by_score or run.rule.is_single:
            raise ValueError(f"{NOT_FINITE} In epoch {self.n_iter_}, {error}.") from None
        self.validation_loss_curve_.append(float("nan"))
        self.validation_scores_.append(float("nan"))
        user_warnings.warn(
            f"Stochastic Optimizer: {error} in epoch {self.n_iter_}; the best weights so far are kept. "
            f"Scale the data, lower learning_rate_init, or {CLIPPING}.",
            ConvergenceWarning,
        )

    def _leave(self: Any, run: Epochs) -> None:
        """Set the final weights: the last ones, their average, or the best."""
        rule, reason = run.rule, self.history_.stop_reason
        networks = [job.network for job in run.jobs]
        if averages := [job.average for job in run.jobs if job.average is not None]:
            # The networks hold the averages now, and these arrays hold θ.
            self._optimizer.before_average = [average.copy() for average in averages]
            for average, network in zip(averages, networks, strict=True):
                average[:] = network.parameters
        is_over = not rule.is_single or self.should_stop_
        has_score = np.isfinite(self.best_validation_score_) if rule.by_score and self.validation_scores_ else True
        lacks_score = not has_score and reason != "diverged"
        if lacks_score and is_over:
            user_warnings.warn(
                f"The validation score is {self.validation_scores_[-1]} in every epoch, so the last weights "
                "are kept. Use another validation set, or another scoring."
            )
        wants_best = (rule.by_score and is_over) or (reason == "interrupted" and not rule.is_single)
        if wants_best and not lacks_score:
            run.best.restore(networks)
            self.history_.best_epoch = run.best.epoch
        else:
            self.history_.best_epoch = len(self.loss_curve_)
        if not self.early_stopping:
            del self._best

    # With L-BFGS

    def _train_by_lbfgs(self: Any, run: Iterations) -> None:
        networks = [objective.job.network for objective in run.objectives]
        if any(isinstance(layer, Dropout) for layer in networks[0].layers):
            raise ValueError(
                "solver='lbfgs' needs a deterministic loss, but dropout is random; use another solver, or dropout=0"
            )
        if given := [name for name in STEP_OPTIONS if getattr(self, name, None) is not None]:
            raise ValueError(
                f"solver='lbfgs' does not support {', '.join(given)}; use another solver, or set these to None"
            )
        began, losses = time.perf_counter(), []
        with progress_bar(self.max_iter * len(networks), self.progress) as bar:
            for i, objective in enumerate(run.objectives):
                deadline = None
                if self.time_limit is not None:  # equal shares of the remaining time
                    now = time.perf_counter()
                    deadline = now + max(0.0, began + self.time_limit - now) / (len(networks) - i)
                losses.append(self._minimize(objective, run.notifier, bar, deadline))
                if self.history_.stop_reason == "interrupted":
                    keep_first(self, i + 1)
                    break
        self.loss_ = float(np.mean(losses))
        self.history_.best_epoch = len(self.history_)

    def _minimize(
        self: Any, objective: Objective, notifier: CallbackNotifier, bar: Bar, deadline: float | None
    ) -> float:
        """Minimize one network's loss and return it."""
        history = self.history_
        history.stop_reason = "epochs"

        def each(record: EpochRecord, loss: float) -> bool:
            """Record an iteration with the loss after it, as in scikit-learn, and return whether to stop."""
            history.records.append(dataclasses.replace(record, epoch=len(history) + 1, loss=loss, accuracy=None))
            bar.show(history[-1])
            if self.verbose:
                print(f"Iteration {len(history)}, loss = {loss:.8f}")
            notifier.epoch_begins()
            if notifier.epoch_ended(lambda: fitted(self)):
                history.stop_reason = "callback"
            elif deadline is not None and time.perf_counter() >= deadline:
                history.stop_reason = "time"
            return bool(history.stop_reason != "epochs")

        own = {}
        if isinstance(self.solver, LBFGS):
            own = {"memory": self.solver.history, "tolerance": self.solver.tolerance}
        found = minimize_lbfgs(
            objective,
            **{"iterations": self.max_iter, "evaluations": self.max_fun, "tolerance": self.tol, "each": each, **own},
        )
        if found.result is None:
            user_warnings.warn("Training interrupted by user.")
            history.stop_reason, self.n_iter_ = "interrupted", len(history)
            return history[-1].loss if self.n_iter_ else float("nan")
        objective.job.network.parameters[:] = found.result.x
        if found.result.status == STOPPED_BY_CALLBACK:
            self.n_iter_ = found.result.nit
        else:
            self.n_iter_ = _check_optimize_result("lbfgs", found.result, self.max_iter)
            history.stop_reason = "converged" if found.result.status == 0 else "epochs"
        return float(found.result.fun)


def _too_large_to_square(Y: AnyArray) -> float | None:
    """Return the largest magnitude if its square overflows in this dtype, else None."""
    if Y.dtype.kind != "f":
        return None
    largest = Y.flat[np.abs(Y).argmax()]
    with np.errstate(over="ignore"):
        return None if np.isfinite(np.square(largest)) else float(largest)
