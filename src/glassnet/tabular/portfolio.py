"""Training a portfolio: every setting on every fold, and the weights of their average."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from glassnet.common import interrupts
from glassnet.common.arrays import Array, IntArray
from glassnet.common.streams import is_terminal
from glassnet.data.splits import held_out_order
from glassnet.maths.temperature import best_temperature, with_temperature
from glassnet.tabular.member import Member, train_member
from glassnet.tabular.problem import Problem
from glassnet.tabular.score import RowScore
from glassnet.tabular.selection import select_weights
from glassnet.tabular.settings import Setting
from glassnet.training.ensembles import seed_of, side_by_side
from glassnet.training.progress import progress_bar


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


@dataclass(frozen=True)
class Portfolio:
    """The trained portfolio.

    settings: all settings that were trained. members: their networks, one per fold each. weights: of the settings, 0
    for those that do not help. errors: of each setting on the held-out rows. rows: the held-out rows, (m,); output: the
    weighted average's output for these rows, (m, outputs), with the temperature; fold: the fold of each. temperature:
    of the probabilities; 1 for regression. trained: number of networks. stopped: "interrupted", "time limit", or None.
    """

    settings: Sequence[Setting]
    members: Sequence[Sequence[Member]]
    weights: Array
    errors: Sequence[float]
    rows: IntArray
    output: Array
    fold: IntArray
    temperature: float
    trained: int
    stopped: str | None


def train_portfolio(
    problem: Problem, settings: Sequence[Setting], score: RowScore, seed: int, limits: Limits
) -> Portfolio:
    """Train settings on all folds, one setting after another, and average those that suit the held-out rows best.

    score: the error of outputs for given rows. If the plan is cut short, settings that are not trained on all folds are
    left out, except the first one. Results depend on the number of networks, but not on the number of threads.
    """
    folds = len(problem.folds)
    trained, stopped = _train(problem, settings, seed, limits)
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
    return Portfolio(settings[:complete], members, weights, errors, rows, output, fold, temperature, count, stopped)


def _train(problem: Problem, settings: Sequence[Setting], seed: int, limits: Limits) -> tuple[list[Member], str | None]:
    """Return the networks that were trained, in the order of settings and folds, and why the plan was cut short."""
    folds = len(problem.folds)
    # Settings with the same scaling share an object, which predictions then apply once.
    scales = {one.scaling: one.preprocessing(problem).fit(problem.X) for one in settings}
    planned = len(settings) * folds if limits.members is None else min(limits.members, len(settings) * folds)
    found: list[Member | None] = [None] * planned
    threads = limits.threads if planned == 1 else 1  # several networks have one thread each
    seconds: list[float] = []
    began, stopped = time.perf_counter(), None

    def work(job: int, stop: threading.Event) -> None:
        nonlocal stopped
        started = time.perf_counter()
        typical = max(seconds, default=0.0)
        if job and limits.seconds is not None and started - began + typical > limits.seconds:
            stopped = "time limit"
            return
        setting, own_seed = settings[job // folds], seed_of(seed, job)
        scale = scales[setting.scaling]
        found[job] = train_member(setting, problem, scale, job % folds, own_seed, stop, bar, threads)
        seconds.append(time.perf_counter() - started)

    def finished() -> int:
        """Only networks without a missing one before them: so their number describes what was trained."""
        return next((i for i, one in enumerate(found) if one is None), planned)

    def announcement() -> str:
        if planned == 1:
            return "stopping; keeping the best epoch"
        count = finished()
        count = min(count, max(count // folds, 1) * folds)  # settings without all their folds are left out
        networks = f"{count} finished networks" if count > 1 else "finished network"
        return f"stopping; keeping the {networks}" if count else "stopping; no network is finished"

    is_shown = is_terminal(sys.stderr) if limits.progress is None else limits.progress
    epochs = sum(settings[job // folds].epochs for job in range(planned))
    with interrupts.training(announcement), progress_bar(epochs, is_shown) as bar:
        try:
            side_by_side(planned, work, limits.threads)
        except KeyboardInterrupt:
            if found[0] is None:
                raise
            stopped = "interrupted"
        interrupts.trained()
    return [one for one in found[: finished()] if one is not None], stopped
