"""Fits in epochs by scikit-learn's rules for shuffling, learning rates, and stopping."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from glassnet.common.arrays import AnyArray, Array
from glassnet.engines.job import Job, StepFactors
from glassnet.engines.protocol import Engine
from glassnet.estimators.callbacks import CallbackNotifier
from glassnet.estimators.held_out import ValidationSet
from glassnet.estimators.solver import Solver, options_of
from glassnet.training.batching import Rows
from glassnet.training.history import EpochRecord, History
from glassnet.training.loop import Loop, member, run_epochs, until_stopped
from glassnet.training.options import step_factors
from glassnet.training.progress import progress_bar
from glassnet.training.stopping import BestWeights


class Shuffle:
    """scikit-learn's order of the rows: before every epoch, a permutation of the order of the epoch before."""

    def __init__(self, order: AnyArray, draw: np.random.RandomState | None) -> None:
        """order: (m,), the rows of the training set. draw: None for no shuffling."""
        self.order, self.draw = order, draw

    def __call__(self) -> AnyArray:
        """Return the rows of the next epoch in their order, (m,)."""
        if self.draw is not None:
            self.order = self.order[self.draw.permutation(len(self.order))]
        return self.order


@dataclass
class Improvement:
    """scikit-learn's stopping rule: stop after more than `patience` epochs in a row without an improvement of `tol`.

    solver: reduces its learning rate instead of stopping if its rule is "adaptive". by_score: whether the validation
    score must improve, or the training loss. rows: rows per epoch. rows_seen, best_score, best_loss, and
    no_improvement_count: the state, which continues that of an earlier fit. is_single: whether to stop after one epoch,
    as in partial_fit. deadline: a time of time.perf_counter(). score: the latest validation score.
    """

    solver: Solver
    tol: float
    patience: float
    by_score: bool
    verbose: Any
    rows: int
    rows_seen: int
    best_score: float
    best_loss: float
    no_improvement_count: int
    is_single: bool = False
    deadline: float | None = None
    score: float | None = None
    is_asked_to_stop: bool = False
    should_stop: bool = False

    def is_best(self, record: EpochRecord) -> bool:
        """Record an epoch, and return whether it is the best so far."""
        self.rows_seen += self.rows
        if self.score is not None:
            best, now = self.best_score, self.score
            self.best_score = max(best, now) if now == now else best
        if not self.by_score:
            best, now = -self.best_loss, -record.loss
            self.best_loss = min(self.best_loss, record.loss)
        self.no_improvement_count = self.no_improvement_count + 1 if now < best + self.tol else 0
        return bool(now > best) and (self.by_score or not self.is_single)

    def reason(self) -> str | None:
        """Return the reason to stop after this epoch, or None."""
        self.solver.epoch_ended(self.rows_seen)
        if self._is_past_patience():
            return "early stopping" if self.by_score else "converged"
        if self.is_asked_to_stop:
            return "callback"
        if self.is_single:
            return "epochs"
        return "time" if self.deadline is not None and time.perf_counter() >= self.deadline else None

    def _is_past_patience(self) -> bool:
        """Return whether to stop for lack of improvement; an adaptive solver reduces its learning rate first."""
        self.should_stop = False
        if not self.no_improvement_count > self.patience:
            return False
        self.should_stop, message = self.solver.is_stopping()
        if self.verbose:
            what = "Validation score" if self.by_score else "Training loss"
            patience = f"tol={self.tol:f} for {self.patience} consecutive epochs"
            print(f"{what} did not improve more than {patience}. {message}")
        if not self.should_stop:
            self.no_improvement_count = 0
        return self.should_stop


@dataclass(frozen=True)
class Epochs:
    """The epochs of one call of fit or partial_fit.

    numbers: numbers of the epochs, which continue those of an earlier fit. validation: the validation set, or None.
    """

    loop: Loop
    rule: Improvement
    best: BestWeights
    validation: ValidationSet | None
    numbers: range
    history: History
    notifier: CallbackNotifier
    shows_progress: bool

    @property
    def jobs(self) -> list[Job]:
        """The engine's job for each network."""
        return [one.job for one in self.loop.members]

    def records(self) -> Generator[EpochRecord, None, None]:
        """Train, and yield a record after every epoch; networks then have averaged weights if `ema` is set."""
        networks = [job.network for job in self.jobs]
        with progress_bar(len(self.numbers), self.shows_progress) as bar:
            made = run_epochs(self.loop, self._told_numbers())
            yield from until_stopped(made, self.rule, self.best, networks, self.history, bar)

    def _told_numbers(self) -> Iterator[int]:
        for number in self.numbers:
            self.notifier.epoch_begins()
            yield number


def epochs_of(
    estimator: Any,
    jobs: Sequence[Job],
    rows: Rows,
    order: AnyArray,
    draws: Sequence[np.random.RandomState],
    batch_size: int,
    rng: np.random.Generator,
    engine: Engine,
    validation: ValidationSet | None,
    notifier: CallbackNotifier,
    is_partial: bool,
) -> Epochs:
    """Return the epochs that an estimator's parameters describe, without changing it.

    order: (m,), the rows of the training set. draws: a generator per network, for its shuffling.
    """
    est, networks = estimator, [job.network for job in jobs]
    done, solver, by_score = len(est.loss_curve_), est._optimizer, est.early_stopping and validation is not None
    rule = Improvement(
        solver,
        tol=est.tol,
        patience=est.n_iter_no_change,
        by_score=by_score,
        verbose=est.verbose,
        rows=len(order),
        rows_seen=est.t_,
        best_score=-np.inf if est.best_validation_score_ is None else est.best_validation_score_,
        best_loss=np.inf if est.best_loss_ is None else est.best_loss_,
        no_improvement_count=est._no_improvement_count,
        is_single=is_partial,
        deadline=None if est.time_limit is None else time.perf_counter() + est.time_limit,
    )

    options = options_of(est, solver.optimizer)

    def own_number(epoch: int) -> int:
        # With partial_fit, a schedule spans max_iter calls.
        return min(epoch, est.max_iter) if is_partial else epoch - done

    def rates(epoch: int, steps: int, monitored: Sequence[float]) -> Array:
        return solver.rates(own_number(epoch), est.max_iter, steps, monitored)

    def factors(epoch: int, steps: int, monitored: Sequence[float]) -> StepFactors:
        return step_factors(options, own_number(epoch), est.max_iter, steps, monitored)

    def validate() -> tuple[float | None, float | None]:
        if validation is None:
            return None, None
        found = validation.evaluate(est)
        rule.score = found.score
        return found.loss, found.accuracy

    orders = [Shuffle(order, draw if est.shuffle else None) for draw in draws]
    members = [member(job, rows, len(order), batch_size, shuffle) for job, shuffle in zip(jobs, orders, strict=True)]
    has_schedule = any(one is not None for one in (est.schedule, est.weight_decay_schedule, est.dropout_schedule))
    monitored = [record.monitored for record in est.history_] if has_schedule else []
    loop = Loop(members, rows, batch_size, rates, rng, engine, validate, monitored, factors)
    best = getattr(est, "_best", None) or BestWeights(networks, epoch=done)
    numbers = range(done + 1, done + 1 + (1 if is_partial else est.max_iter))
    shows_progress = est.progress and not is_partial
    return Epochs(loop, rule, best, validation, numbers, est.history_, notifier, shows_progress)
