"""Training a portfolio: every setting on every fold, and the weights of their average."""

from __future__ import annotations

import statistics
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import numpy as np

from glassnet.common import interrupts
from glassnet.common.arrays import Array, IntArray
from glassnet.common.streams import is_terminal
from glassnet.data.scaling import Preprocessing
from glassnet.data.splits import held_out_order
from glassnet.maths.temperature import best_temperature, with_temperature
from glassnet.network.network import Network
from glassnet.tabular.member import Member, train_member, train_on_all_rows, valley_epochs
from glassnet.tabular.problem import Problem
from glassnet.tabular.score import RowScore
from glassnet.tabular.selection import select_weights
from glassnet.tabular.settings import Setting
from glassnet.training.ensembles import seed_of, side_by_side
from glassnet.training.progress import Bar, progress_bar

LARGE_GAP, REFITS = 2.0, 3
"""A setting whose loss on held-out rows is this multiple of that on training rows has so many networks on all rows."""

Trained = TypeVar("Trained", Member, Network)


@dataclass(frozen=True)
class Limits:
    """How much of the plan is executed.

    members: at most this many networks, or None for all. seconds: no network is started after this time, or None; the
    first one always is. threads: networks that are trained at the same time. progress: show a progress bar; None: only
    on a terminal.
    """

    members: int | None = None
    seconds: float | None = None
    threads: int | None = None
    progress: bool | None = False


class _Clock:
    """Whether there is time for another network."""

    def __init__(self, limit: float | None) -> None:
        self.limit, self.began = limit, time.perf_counter()
        self.seconds: list[float] = []

    def allows(self, job: int) -> bool:
        """Return whether a job may begin: the first one of all always may."""
        if self.limit is None or (job == 0 and not self.seconds):
            return True
        return time.perf_counter() - self.began + max(self.seconds, default=0.0) <= self.limit


@dataclass(frozen=True)
class Portfolio:
    """The trained portfolio.

    settings: all settings that were trained. members: their networks, one per fold each. on_all_rows: of each setting,
    further networks that were trained on all rows, if it gains from rows. weights: of the settings, 0 for those that do
    not help. errors: of each setting on the held-out rows. rows: the held-out rows, (m,); output: the
    weighted average's output for these rows, (m, outputs), with the temperature; fold: the fold of each. temperature:
    of the probabilities; 1 for regression. trained: number of networks. stopped: "interrupted", "time limit", or None.
    """

    settings: Sequence[Setting]
    members: Sequence[Sequence[Member]]
    on_all_rows: Sequence[Sequence[Network]]
    weights: Array
    errors: Sequence[float]
    rows: IntArray
    output: Array
    fold: IntArray
    temperature: float
    trained: int
    stopped: str | None


def train_portfolio(
    problem: Problem, settings: Sequence[Setting], score: RowScore, seed: int, limits: Limits, refit: bool = False
) -> Portfolio:
    """Train settings on all folds, one setting after another, and average those that suit the held-out rows best.

    score: the error of outputs for given rows. refit: whether settings that would gain from more rows are trained again
    on all rows. If the plan is cut short, settings that are not trained on all folds are left out, except the first
    one. Results depend on the number of networks, but not on the number of threads.
    """
    folds, clock = len(problem.folds), _Clock(limits.seconds)
    # Settings with the same scaling share an object, which predictions then apply once.
    scales = {one.scaling: one.preprocessing(problem).fit(problem.X) for one in settings}
    trained, stopped = _train_on_folds(problem, settings, scales, seed, limits, clock)
    count = len(trained)
    complete = max(1, count // folds)
    used_folds = min(folds, count)
    members = [trained[number * folds : number * folds + used_folds] for number in range(complete)]
    order, rows, fold = held_out_order([held for _, held in problem.folds[:used_folds]])
    outputs = [np.concatenate([one.output for one in own])[order] for own in members]
    of_rows = partial(score, rows=rows)
    weights = select_weights(outputs, of_rows)
    output = np.sum([weight * own for weight, own in zip(weights.tolist(), outputs, strict=True)], axis=0)
    temperature = 1.0
    if problem.classes:
        own_weights = None if problem.weights is None else problem.weights[rows]
        temperature = best_temperature(output, problem.y[rows], own_weights)
        output = with_temperature(output, temperature)
    errors = list(map(of_rows, outputs))
    on_all_rows: list[list[Network]] = [[] for _ in members]
    if refit and count == len(settings) * folds and stopped is None and not interrupts.received():
        again = [k for k in range(complete) if weights[k] and gains_from_rows(members[k])]
        added, stopped = _train_on_all_rows(problem, settings, again, members, seed, limits, clock)
        for place, k in enumerate(again[: len(added) // REFITS]):
            on_all_rows[k] = added[place * REFITS : (place + 1) * REFITS]
        count += len(added)
    return Portfolio(
        settings[:complete], members, on_all_rows, weights, errors, rows, output, fold, temperature, count, stopped
    )


def gains_from_rows(members: Sequence[Member]) -> bool:
    """Return whether networks would gain from more training rows: their loss is much larger on held-out rows.

    Networks that stop early because they overfit to noise have similar losses on both, and average better over folds.
    """
    best = [one.history[one.history.best_epoch - 1] for one in members]
    return sum(one.monitored for one in best) > LARGE_GAP * sum(one.loss for one in best)


def _train_on_folds(
    problem: Problem,
    settings: Sequence[Setting],
    scales: Mapping[str, Preprocessing],
    seed: int,
    limits: Limits,
    clock: _Clock,
) -> tuple[list[Member], str | None]:
    """Return the networks that were trained, in the order of settings and folds, and why the plan was cut short."""
    folds = len(problem.folds)
    planned = len(settings) * folds if limits.members is None else min(limits.members, len(settings) * folds)
    threads = limits.threads if planned == 1 else 1  # several networks have one thread each

    def train(job: int, stop: threading.Event, bar: Bar) -> Member | None:
        setting = settings[job // folds]
        return train_member(
            setting, problem, scales[setting.scaling], job % folds, seed_of(seed, job), stop, bar, threads
        )

    def announcement(finished: int) -> str:
        if planned == 1:
            return "stopping; keeping the best epoch"
        count = min(finished, max(finished // folds, 1) * folds)  # settings without all their folds are left out
        networks = f"{count} finished networks" if count > 1 else "finished network"
        return f"stopping; keeping the {networks}" if count else "stopping; no network is finished"

    epochs = [settings[job // folds].epochs for job in range(planned)]
    found, stopped = _train(train, epochs, limits, clock, announcement)
    if not found:
        raise KeyboardInterrupt
    return found, stopped


def _train_on_all_rows(
    problem: Problem,
    settings: Sequence[Setting],
    again: Sequence[int],
    members: Sequence[Sequence[Member]],
    seed: int,
    limits: Limits,
    clock: _Clock,
) -> tuple[list[Network], str | None]:
    """Return networks of the settings of `again`, REFITS of each, trained on all rows.

    They are trained to the end of the cycle of the learning rate that is nearest to the mean of the members' best
    epochs: within a cycle, the last weights are noisy.
    """
    first = len(settings) * len(problem.folds)
    planned = len(again) * REFITS if limits.members is None else min(limits.members - first, len(again) * REFITS)
    if not planned:
        return [], None
    ends = {k: _nearest_end(settings[k], members[k]) for k in again}

    def train(job: int, stop: threading.Event, bar: Bar) -> Network | None:
        k = again[job // REFITS]
        scale = members[k][0].preprocessing
        return train_on_all_rows(settings[k], problem, scale, ends[k], seed_of(seed, first + job), stop, bar)

    epochs = [ends[again[job // REFITS]] for job in range(planned)]
    return _train(train, epochs, limits, clock, lambda finished: f"stopping; keeping the {first} finished networks")


def _nearest_end(setting: Setting, members: Sequence[Member]) -> int:
    best = statistics.mean(one.history.best_epoch for one in members)
    return min(valley_epochs(setting.epochs, setting.cycles), key=lambda end: abs(end - best))


def _train(
    train: Callable[[int, threading.Event, Bar], Trained | None],
    epochs: Sequence[int],
    limits: Limits,
    clock: _Clock,
    announcement: Callable[[int], str],
) -> tuple[list[Trained], str | None]:
    """Return what jobs have trained, up to the first one that did not finish, and why they were cut short.

    train: a job by its number. epochs: those of each job. announcement: what a signal prints, from the number of
    finished networks.
    """
    found: list[Trained | None] = [None] * len(epochs)
    stopped = None
    bar: Bar

    def work(job: int, stop: threading.Event) -> None:
        nonlocal stopped
        if not clock.allows(job):
            stopped = "time limit"
            return
        started = time.perf_counter()
        found[job] = train(job, stop, bar)
        clock.seconds.append(time.perf_counter() - started)

    def finished() -> int:
        """Only networks without a missing one before them: so their number describes what was trained."""
        return next((i for i, one in enumerate(found) if one is None), len(found))

    is_shown = is_terminal(sys.stderr) if limits.progress is None else limits.progress
    with (
        interrupts.training(lambda: announcement(finished())),
        progress_bar(sum(epochs), is_shown) as bar,
    ):
        try:
            side_by_side(len(epochs), work, limits.threads)
        except KeyboardInterrupt:
            stopped = "interrupted"
        interrupts.trained()
    return [one for one in found[: finished()] if one is not None], stopped
