"""One look of the doctor at a network that is training: its rules, on a copy, within about 20 milliseconds."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

import numpy as np

from glassnet.common.numbers import percent, rounded
from glassnet.diagnostics.causes import causes
from glassnet.diagnostics.findings import Finding
from glassnet.diagnostics.loop_record import FALLEN, has_fallen
from glassnet.diagnostics.network_rules import Examined, chance, diagnose_network, diagnose_training, loss_of
from glassnet.diagnostics.result_rules import GAP, gap_of
from glassnet.diagnostics.run_record import RunRecord
from glassnet.diagnostics.run_rules import diagnose_run
from glassnet.diagnostics.step_rules import FEWEST_STEPS, step_size
from glassnet.diagnostics.watch import Watch
from glassnet.engines import numpy as numpy_engine
from glassnet.engines.job import DivergenceError
from glassnet.maths.intervals import Interval, wilson
from glassnet.network.network import Network
from glassnet.playground.cures import is_too_low, rates
from glassnet.playground.trainer import Trainer
from glassnet.training.history import EpochRecord, History
from glassnet.training.train import job_for

MOST_WORK = 2_000_000
"""Parameters times rows of one forward and backward pass, at most: a few milliseconds."""

MOST_ROWS, FEWEST_ROWS = 256, 16
"""Rows of which units and gradients are examined."""

MOST_PARAMETERS = 40_000
"""Above this size, steps on a copy take too long."""

MOST_EPOCHS = 200
"""Epochs that the rules about a run look at, evenly spaced."""

SETTLED, STILL = 300, 0.98
"""Number of epochs; the loss has settled if its last quarter did not reduce it below this share of it."""

ABOUT = 1.1
"""A penalty that is too strong drives the weights to 0, and the loss to less than ABOUT that of knowing nothing."""

APART = 2.0
"""Losses of training and test set that differ by less than this factor are no overfitting."""

NEIGHBORS, MOST_COMPARED = 5, 500
"""Each point is predicted by its nearest neighbors, to know what can be learned."""

LARGE_RATE = 3.0
"""A learning rate above this multiple of the optimizer's default is the first suspect."""

OF_GRADIENTS = ("vanishing gradient", "exploding gradient")

BY_LARGE_STEPS = (*OF_GRADIENTS, "zero gradient", "dead units", "rising loss")
"""Rules about what steps that are too large leave behind."""


@np.errstate(all="ignore")
def examine_training(trainer: Trainer, since: int = 0, at_start: frozenset[str] = frozenset()) -> list[Finding]:
    """Return what is wrong with a training at this moment, only causes; nothing of the trainer changes.

    since: the epoch after which the settings are those of now. at_start: the rules that the network broke with its
    initial weights.
    """
    if trainer.diverged is not None:
        return [_diverged(trainer)]
    examined = _examined(trainer, trainer.network.copy())
    found = diagnose_training(examined) if trainer.step else diagnose_network(examined)
    history = _history(trainer, since)
    usual = chance(examined)[0]
    is_learning = usual is not None and examined.trace.loss < FALLEN * usual
    is_falling = is_learning or has_fallen([one.loss for one in history])
    is_shrunk = _has_penalty(trainer) and usual is not None and not usual * ABOUT < examined.trace.loss
    if not is_learning and trainer.step >= FEWEST_STEPS:
        # Where the loss has fallen, small steps are no fault; nor are large ones of weights that a penalty made small.
        found += [one for one in _of_steps(trainer) if not (is_falling if is_too_low(one) else is_shrunk)]
    if len(history) > 2:
        found += _of_run(trainer, history, is_learning)
    # Gradients of different size are no reason why it does not learn if it does, or if a penalty is the reason.
    harmless: tuple[str, ...] = OF_GRADIENTS if is_falling or is_shrunk else ()
    # A network that learns can do without its dead units, and a penalty switches off those that it does not need.
    harmless += ("dead units",) if is_learning else ("dead units", "zero gradient") if is_shrunk else ()
    # Outputs of a new network are of about size 1: numbers that are smaller are learned all the same.
    harmless += () if trainer.scene.is_classification else ("first loss",)
    found = [one for one in found if one.rule not in harmless]
    if trainer.step and _has_large_rate(trainer):
        found = [_blamed_on_rate(one, trainer) if one.rule not in at_start else one for one in found]
    found = _joined(causes(found))
    return found or list(_underfitting(trainer, examined, history))


def rules_at_start(trainer: Trainer, network: Network) -> frozenset[str]:
    """Return the rules that a network with its initial weights breaks."""
    with np.errstate(all="ignore"):
        return frozenset(one.rule for one in diagnose_network(_examined(trainer, network)))


def _has_large_rate(trainer: Trainer) -> bool:
    rate, usual = rates(trainer.job.optimizer)
    return rate > LARGE_RATE * usual


def _blamed_on_rate(finding: Finding, trainer: Trainer) -> Finding:
    """Return a finding about what large steps did as one about the learning rate; others as they are."""
    if finding.rule not in BY_LARGE_STEPS:
        return finding
    return Finding(
        "learning rate",
        "warning",
        finding.subject,
        f"With the learning rate {trainer.learning_rate:g}, the steps were too large. {finding.message}",
        "The learning rate is too high: divide it by 10, and again.",
        finding.numbers,
    )


def _joined(findings: list[Finding]) -> list[Finding]:
    """Return one finding for each rule, about all its layers."""
    by_rule: dict[str, Finding] = {}
    for one in findings:
        first = by_rule.get(one.rule)
        if first is None:
            by_rule[one.rule] = one
        elif one.rule != "learning rate":
            by_rule[one.rule] = replace(first, subject=f"{first.subject}, {one.subject}")
    return list(by_rule.values())


def _diverged(trainer: Trainer) -> Finding:
    return Finding(
        "not finite",
        "error",
        "loss",
        f"The loss is no longer finite in epoch {trainer.epoch + 1}: training has diverged.",
        "Lower the learning rate, and begin again.",
    )


def _examined(trainer: Trainer, network: Network) -> Examined:
    """Return a network's trace on as many training rows as the time allows."""
    n = int(np.clip(MOST_WORK // max(network.parameters.size, 1), FEWEST_ROWS, MOST_ROWS))
    rows = np.linspace(0, len(trainer.X) - 1, min(n, len(trainer.X))).astype(np.int64)
    loss = trainer.job.loss
    trace = network.trace(trainer.X[rows], trainer.Y[rows], loss)
    return Examined(network, trace, trainer.Y[rows], loss, rows)


def _of_steps(trainer: Trainer) -> list[Finding]:
    """Return findings about the size of the next steps, made by a copy of network and optimizer under a watch."""
    network = trainer.network.copy()
    if network.parameters.size > MOST_PARAMETERS:
        return []
    state = copy.deepcopy(trainer.job.state)
    job = job_for(network, trainer.job.loss, trainer.job.optimizer, state, trainer.options)
    size = min(trainer.batch_size, max(FEWEST_ROWS, MOST_WORK // FEWEST_STEPS // network.parameters.size))
    rng, rate, watch = np.random.default_rng(trainer.step), np.array([trainer.learning_rate]), Watch()
    for _ in range(FEWEST_STEPS):
        rows = rng.integers(len(trainer.X), size=size)
        try:
            done = numpy_engine.run(job, trainer.X, trainer.Y[rows], None, size, rate, rng, rows)
        except DivergenceError:
            return []  # the training itself gets there in a moment
        watch(network.named_parameters(), network.named_gradients(), done.mean_loss)
    return list(step_size(watch.record))


def _has_penalty(trainer: Trainer) -> bool:
    options = trainer.options
    return any((options.l1, options.l2, options.weight_decay))


def _history(trainer: Trainer, since: int) -> History:
    """Return some epochs after `since`, evenly spaced, and the last one."""
    rows = [row for row in trainer.history.rows if row[0] > since]
    some = rows[:: -(-len(rows) // MOST_EPOCHS)] if rows else []
    if rows and some[-1] is not rows[-1]:
        some.append(rows[-1])
    records = [
        EpochRecord(int(epoch), train, _known(accuracy), _known(test), _known(test_accuracy))
        for epoch, train, test, accuracy, test_accuracy in some
    ]
    return History(records, len(records))


def _known(value: float) -> float | None:
    return None if np.isnan(value) else value


def _of_run(trainer: Trainer, history: History, is_learning: bool) -> Iterator[Finding]:
    """Yield findings about the losses of both parts."""
    last, rows = history[-1], len(trainer.X_test)
    value, train, interval = 0.0, None, None
    if last.valid_accuracy is not None:
        value, train = last.valid_accuracy, last.accuracy
        interval = wilson(round(value * rows), rows)
    elif last.valid_loss is not None:
        value, train = math.sqrt(last.valid_loss), math.sqrt(last.loss)
        interval = Interval(value * (1 - 1.96 / math.sqrt(2 * rows)), value)
    names = tuple(trainer.scene.train.class_names or ())
    record = RunRecord(history, rows, "test set", value, train, interval, classes=names)
    for one in diagnose_run(record):
        low, high = (rounded(one.numbers[name]) if name in one.numbers else "" for name in ("lowest", "last"))
        if one.rule == "rising loss" and not _has_penalty(trainer):  # which the losses of the history do not have
            yield replace(one, subject="loss", message=f"The training loss rose from {low} to {high}.")
        # A test loss that rises while the accuracy stays is no more than confidence; few test rows differ by chance.
        elif one.rule == "overfitting" and is_learning and (gap := gap_of(record)):
            if not low and (last.valid_loss or 0.0) < APART * last.loss:
                continue
            rise = f"; the test loss rose from {low} to {high}" if low else ""
            yield replace(one, message=f"Overfitting: {gap}{rise}.")


def _underfitting(trainer: Trainer, examined: Examined, history: History) -> Iterator[Finding]:
    """Find a training that has settled though the neighbors of each point predict it far better."""
    if len(history) < 20 or history[-1].epoch - history[0].epoch < SETTLED:
        return
    quarter = len(history) // 4
    early, late = (min(one.loss for one in part) for part in (history[-2 * quarter : -quarter], history[-quarter:]))
    if late < STILL * early:
        return
    accuracy, loss = _by_neighbors(trainer)
    own, usual = history[-1].accuracy, chance(examined)[0]
    if own is not None and accuracy - own > GAP:
        seen = f"accuracy {percent(own)} on the training set"
        other = f"the {NEIGHBORS} nearest neighbors of each point are right for {percent(accuracy)}"
    elif own is None and usual is not None and late - loss > GAP * usual:
        seen, other = f"training loss {rounded(late)}", f"{NEIGHBORS} nearest neighbors reach {rounded(loss)}"
    else:
        return
    yield Finding(
        "underfitting",
        "warning",
        "network",
        f"Underfitting: the loss has settled, with {seen}; {other}.",
        "The network is too small for these data, or its penalties are too strong.",
    )


@lru_cache(maxsize=2)
def _by_neighbors(trainer: Trainer) -> tuple[float, float]:
    """Return accuracy and loss of the mean target of the nearest other training points; NaN for what does not apply."""
    scene = trainer.scene
    X, y = trainer.X[:MOST_COMPARED].astype(np.float64), trainer.Y[:MOST_COMPARED]
    squares = (X * X).sum(axis=1)
    distances = squares[:, None] + squares - 2 * X @ X.T  # (n, n)
    np.fill_diagonal(distances, np.inf)
    k = min(NEIGHBORS, len(X) - 1)
    nearest = np.argpartition(distances, k - 1, axis=1)[:, :k]  # (n, k)
    if scene.is_classification:
        classes = scene.train.y[:MOST_COMPARED]
        votes = np.eye(scene.train.n_classes)[classes][nearest].sum(axis=1)  # (n, classes)
        return float((votes.argmax(axis=1) == classes).mean()), math.nan
    return math.nan, loss_of(trainer.job.loss, y[nearest].mean(axis=1), y)
