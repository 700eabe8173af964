"""One member of the ensemble: a network of one setting, trained on the training rows of one fold, or on all rows."""

from __future__ import annotations

import dataclasses
import math
import threading
from dataclasses import dataclass

import numpy as np

from glassnet.common.arrays import AnyArray, Array
from glassnet.data.scaling import Preprocessing
from glassnet.network.data_init import initialize_from_data
from glassnet.network.embedding import average_last_level
from glassnet.network.network import Network
from glassnet.network.piecewise_linear import PiecewiseLinearEmbedding, fit_bins
from glassnet.tabular.problem import Problem
from glassnet.tabular.settings import Setting
from glassnet.training.fit import session
from glassnet.training.history import EpochRecord, History
from glassnet.training.options import TrainingOptions
from glassnet.training.progress import Bar


@dataclass(frozen=True)
class Member:
    """A trained network.

    network: the network, for rows after `preprocessing`. output: its output for the fold's held-out rows,
    (n, outputs). history: its training.
    """

    network: Network
    preprocessing: Preprocessing
    output: Array
    history: History


def train_member(
    setting: Setting,
    problem: Problem,
    scale: Preprocessing,
    fold: int,
    seed: int,
    stop: threading.Event,
    bar: Bar,
    threads: int | None = 1,
) -> Member | None:
    """Train a network of a setting on a fold, with the weights of its best epoch on the held-out rows.

    scale: the setting's preprocessing, fitted on all training rows, without their targets. stop: ends the training
    after the epoch in which it is set; then there is no network, and None is returned. bar: shows each epoch. threads:
    maximum number of threads, or None for the automatic number.
    """
    rows, held = problem.folds[fold]
    X, X_held = (scale.transform(problem.X[part]).astype(np.float32) for part in (rows, held))  # (n, width) each
    network = start_network(setting, problem, X, problem.y[rows], seed)
    weights, weights_held = (None if problem.weights is None else problem.weights[part] for part in (rows, held))
    with session(
        network,
        X,
        problem.y[rows],
        _options(setting, problem, network, len(rows), threads),
        valid=(X_held, problem.y[held]),
        sample_weight=weights,
        valid_weight=weights_held,
        level_dropout=problem.level_dropout,
        seed=seed,
        progress=False,
        rule=SmallestError() if setting.selects_by == "error" else None,
    ) as (records, history):
        rule = CycleRule([] if setting.all_epochs else valley_epochs(setting.epochs, setting.cycles))
        for record in records:
            bar.show(record)
            if stop.is_set():
                break
            if rule.is_over(record):
                break
    if stop.is_set():
        return None
    bar.skip(setting.epochs - len(history))
    return Member(network, scale, network.predict_proba(X_held), history)


def train_on_all_rows(
    setting: Setting, problem: Problem, scale: Preprocessing, epochs: int, seed: int, stop: threading.Event, bar: Bar
) -> Network | None:
    """Train a network of a setting on all rows for a number of epochs of its schedule, and keep the last one's weights.

    scale, stop, bar: as in `train_member`.
    """
    X = scale.transform(problem.X).astype(np.float32)  # (n, width)
    network = start_network(setting, problem, X, problem.y, seed)
    options = dataclasses.replace(_options(setting, problem, network, len(X), 1), early_stopping=False)
    with session(
        network,
        X,
        problem.y,
        options,
        sample_weight=problem.weights,
        level_dropout=problem.level_dropout,
        seed=seed,
        progress=False,
    ) as (records, _):
        for record in records:
            bar.show(record)
            if record.epoch >= epochs or stop.is_set():
                break
    return None if stop.is_set() else network


def _options(setting: Setting, problem: Problem, network: Network, rows: int, threads: int | None) -> TrainingOptions:
    return dataclasses.replace(setting.options(problem, network, rows), threads=threads, engine=problem.engine)


def start_network(setting: Setting, problem: Problem, X: Array, y: AnyArray, seed: int) -> Network:
    """Return a network with initial values that fit the training rows X, (n, width), and their targets."""
    rng = np.random.default_rng([seed, 1])
    network = Network(X.shape[1], setting.layers(problem), dtype="float32", seed=seed)
    if problem.level_dropout is not None:
        average_last_level(network)
    if any(isinstance(layer, PiecewiseLinearEmbedding) for layer in network.layers):
        fit_bins(network, X, y if setting.bins == "tree" else None)
    initialize_from_data(network, X, rng)
    return network


def valley_epochs(epochs: int, cycles: int) -> list[int]:
    """Return the epochs at the end of each cycle of the schedule cosine_log, where the learning rate is 0.

    The cycles end at t = (2^i − 1) / (2^cycles − 1) of the run.

    >>> valley_epochs(96, 4)
    [6, 19, 45, 96]
    """
    return [round(epochs * (2**i - 1) / (2**cycles - 1)) for i in range(1, cycles + 1)]


class SmallestError:
    """Stopping rule without an early end: the best epoch is the last one with the smallest error on held-out rows.

    The error is the share of wrong classes, or the loss of numbers.
    """

    def __init__(self) -> None:
        self.least = math.inf

    def is_best(self, record: EpochRecord) -> bool:
        """Take note of an epoch, and return whether its weights are the best so far."""
        error = record.monitored if record.valid_accuracy is None else 1 - record.valid_accuracy
        is_best = error <= self.least
        self.least = min(self.least, error)
        return is_best

    def reason(self) -> str | None:
        """Return None: all epochs are run."""
        return None


class CycleRule:
    """Stops training at the end of a cycle of the learning rate that has not improved the validation loss.

    A network that overfits gets worse from cycle to cycle; the later cycles, which are the longest, are then left out.
    """

    def __init__(self, ends: list[int]) -> None:
        self.ends, self.least, self.least_before = ends, math.inf, math.inf

    def is_over(self, record: EpochRecord) -> bool:
        """Return whether training should end after this epoch."""
        self.least = min(self.least, record.monitored)
        if record.epoch not in self.ends:
            return False
        is_worse = not self.least < self.least_before
        self.least_before = self.least
        return is_worse
