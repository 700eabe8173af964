"""The epochs of a fit: as many as it takes until nothing improves any more, by scikit-learn's rules."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from glassnet.common import user_warnings
from glassnet.common.arrays import AnyArray
from glassnet.engines.dispatch import name_of
from glassnet.engines.job import DivergenceError, Job, RunningTotals
from glassnet.engines.protocol import Engine
from glassnet.estimators.best_weights import averaged, copies, fitted, put_back
from glassnet.estimators.callbacks import CallbackNotifier
from glassnet.estimators.held_out import Judge
from glassnet.training.batching import Rows, Source
from glassnet.training.epoch import block_rows, run_epoch
from glassnet.training.history import EpochRecord
from glassnet.training.progress import progress_bar

NOT_FINITE = (
    "Solver produced non-finite parameter weights. The input data may contain large values and need to be preprocessed."
)


class Member:
    """One network on its way: its job, the order of its rows, and where its random numbers come from."""

    def __init__(self, job: Job, rows: Rows, places: AnyArray, batch_size: int, draw: np.random.RandomState) -> None:
        self.job, self.order, self.draw = job, places, draw
        self.source = Source(rows, min(len(places), block_rows(job.network, batch_size)), job)

    def shuffle(self) -> None:
        """Put the rows into another order, drawn on top of the one before, as scikit-learn does."""
        self.order = self.order[self.draw.permutation(len(self.order))]


@dataclass
class Epochs:
    """The epochs that one call of fit or partial_fit makes: with whom, by whom judged, and how many at most."""

    estimator: Any
    members: Sequence[Member]
    rows: Rows
    batch_size: int
    rng: np.random.Generator
    engine: Engine
    judge: Judge | None
    telling: CallbackNotifier
    is_partial: bool

    def learn(self) -> None:
        """Make the epochs, and write what happened into the estimator."""
        est, jobs = self.estimator, [member.job for member in self.members]
        networks = [job.network for job in jobs]
        most = 1 if self.is_partial else est.max_iter
        stops_early = est.early_stopping and self.judge is not None
        began, reason = time.perf_counter(), "epochs"
        est.n_iter_ = 0
        if not hasattr(est, "_best"):
            est._best = copies(networks)
        with progress_bar(most, est.progress and not self.is_partial) as bar:
            try:
                for epoch in range(1, most + 1):
                    self.telling.epoch_begins()
                    record = self.one_epoch(epoch, most)
                    with averaged(jobs):
                        record, is_best = self.look(record)
                        if is_best and (stops_early or not self.is_partial):
                            est._best, est.history_.best_epoch = copies(networks), record.epoch
                        is_asked_to_stop = self.telling.epoch_ended(lambda: fitted(est))
                    est.history_.records.append(record)
                    bar.show(record)
                    est._optimizer.epoch_ended(est.t_)
                    is_past_patience = self.is_past_patience(stops_early)
                    if is_past_patience or is_asked_to_stop or self.is_partial:
                        if is_past_patience:
                            reason = "early stopping" if stops_early else "converged"
                        elif is_asked_to_stop:
                            reason = "callback"
                        break
                    if est.time_limit is not None and time.perf_counter() - began >= est.time_limit:
                        reason = "time"
                        break
                    if epoch == most:
                        user_warnings.warn(
                            f"Stochastic Optimizer: Maximum iterations ({most}) "
                            "reached and the optimization hasn't converged yet.",
                            ConvergenceWarning,
                        )
            except KeyboardInterrupt:
                user_warnings.warn("Training interrupted by user.")
                reason = "interrupted"
            except DivergenceError as error:
                self.diverged(error, stops_early)
                reason = "diverged"
        self.leave(reason, stops_early)
        self.telling.fit_ended(lambda: fitted(est))

    def one_epoch(self, epoch: int, most: int) -> EpochRecord:
        """Go through the rows once and return what is known of it."""
        est, started = self.estimator, time.perf_counter()
        rows = len(self.members[0].order)
        history = [record.monitored for record in est.history_] if est.schedule is not None else []
        if self.is_partial:  # a schedule runs over max_iter calls
            epoch, most = min(len(est.loss_curve_) + 1, est.max_iter), est.max_iter
        rates = est._optimizer.rates(epoch, most, -(-rows // self.batch_size), history)
        tallies = []
        for member in self.members:
            if est.shuffle:
                member.shuffle()
            tallies.append(
                run_epoch(
                    member.job, self.rows, member.source, member.order, self.batch_size, rates, self.rng, self.engine
                )
            )
        est.n_iter_ += 1
        est.loss_ = float(np.mean([totals.mean_loss for totals in tallies]))
        est.t_ += rows
        est.loss_curve_.append(est.loss_)
        if est.verbose:
            print(f"Iteration {est.n_iter_}, loss = {est.loss_:.8f}")
        seconds, rate = time.perf_counter() - started, float(rates[-1])
        return EpochRecord(
            len(est.loss_curve_), est.loss_, _mean_accuracy(tallies), None, None, rate, seconds, name_of(self.engine)
        )

    def look(self, record: EpochRecord) -> tuple[EpochRecord, bool]:
        """Judge the epoch, count those without improvement; return the record, and whether no epoch was better."""
        est = self.estimator
        if self.judge is not None:
            found = self.judge.judge(est)
            record = dataclasses.replace(record, valid_loss=found.loss, valid_accuracy=found.accuracy)
            est.validation_loss_curve_.append(found.loss)
            est.validation_scores_.append(found.score)
            if est.verbose:
                print(f"Validation score: {found.score:f}")
            is_best = found.score > est.best_validation_score_
            best, now = est.best_validation_score_, found.score
            est.best_validation_score_ = max(best, now) if now == now else best
        if self.judge is None or not est.early_stopping:
            best, now = -est.best_loss_, -est.loss_
            is_best = now > best
            est.best_loss_ = min(est.best_loss_, est.loss_)
        est._no_improvement_count = est._no_improvement_count + 1 if now < best + est.tol else 0
        return record, bool(is_best)

    def is_past_patience(self, stops_early: bool) -> bool:
        """Return whether nothing has improved for too long, so that it is time to stop; or take smaller steps."""
        est = self.estimator
        est.should_stop_ = False
        if not est._no_improvement_count > est.n_iter_no_change:
            return False
        what = "Validation score" if stops_early else "Training loss"
        est.should_stop_, words = est._optimizer.is_stopping()
        if est.verbose:
            patience = f"tol={est.tol:f} for {est.n_iter_no_change} consecutive epochs"
            print(f"{what} did not improve more than {patience}. {words}")
        if not est.should_stop_:
            est._no_improvement_count = 0
        return bool(est.should_stop_)

    def diverged(self, error: DivergenceError, stops_early: bool) -> None:
        """End a run whose loss is no number any more: with the best weights where they are wanted, or an error."""
        est = self.estimator
        est.n_iter_ += 1
        est.t_ += len(self.members[0].order)
        est.loss_ = error.loss
        est.loss_curve_.append(est.loss_)
        if (largest := _too_large_to_square(self.rows.Y)) is not None:
            raise ValueError(
                f"In epoch {est.n_iter_}, {error}: y holds {largest:g}, whose square is no finite number. Scale y, "
                "with sklearn.compose.TransformedTargetRegressor for instance."
            ) from None
        if not stops_early or self.is_partial:
            raise ValueError(f"{NOT_FINITE} In epoch {est.n_iter_}, {error}.") from None
        est.validation_loss_curve_.append(float("nan"))
        est.validation_scores_.append(float("nan"))
        user_warnings.warn(
            f"Stochastic Optimizer: {error} in epoch {est.n_iter_}; the best weights before are kept. "
            "Scale the data, lower learning_rate_init, or clip the gradient with clip_norm=1.",
            ConvergenceWarning,
        )

    def leave(self, reason: str, stops_early: bool) -> None:
        """Leave the weights that are wanted: the last ones, their average, or the best."""
        est = self.estimator
        jobs = [member.job for member in self.members]
        networks = [job.network for job in jobs]
        est.history_.stop_reason = reason
        if jobs[0].average is not None:
            est._optimizer.before_average = [network.parameters.copy() for network in networks]
            for job in jobs:
                job.network.parameters[:] = job.average
        is_over = not self.is_partial or est.should_stop_
        was_judged = np.isfinite(est.best_validation_score_) if stops_early and est.validation_scores_ else True
        is_unjudged = not was_judged and reason != "diverged"
        if is_unjudged and is_over:
            user_warnings.warn(
                f"The validation score is {est.validation_scores_[-1]} in every epoch, so none was the best, and the "
                "last weights are kept. Judge by other rows, or another scoring."
            )
        if ((stops_early and is_over) or (reason == "interrupted" and not self.is_partial)) and not is_unjudged:
            put_back(networks, est._best)
        else:
            est.history_.best_epoch = len(est.loss_curve_)
        if not est.early_stopping:
            del est._best


def _mean_accuracy(tallies: Sequence[RunningTotals]) -> float | None:
    """Return the share of right answers, averaged over the networks; None where answers are numbers."""
    shares = [totals.accuracy for totals in tallies if totals.accuracy is not None]
    return float(np.mean(shares)) if shares else None


def _too_large_to_square(Y: AnyArray) -> float | None:
    """Return the number furthest from 0 if its square is not finite in this format."""
    if Y.dtype.kind != "f":
        return None
    largest = Y.flat[np.abs(Y).argmax()]
    with np.errstate(over="ignore"):
        return None if np.isfinite(np.square(largest)) else float(largest)
