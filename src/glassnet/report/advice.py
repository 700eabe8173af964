"""What to do next, told from what is known of a run: a few plain rules, the gravest first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from glassnet.report.findings import Findings, rounded, rounded_share
from glassnet.report.row_labels import place_told

MOST = 4
"""More advice than this is read by nobody."""

RISE = 1.1
"""A validation loss that ends this many times above its lowest has risen."""

FALL = 0.99
"""A loss that fell below this share of itself in the last tenth of the epochs is still falling."""

GAP = 0.03
"""So much better on the training part than on the test part means that something was learned by heart."""

FAR = 0.8
"""The same for errors: so small a share of the test part's error."""

WIDE = 0.1
"""An interval of an accuracy as wide as this leaves open what the network can do."""

SILENT = 0.4
"""So large a share of units that never change their output is lost to a layer."""

RARE = 0.5
"""A class of less than this share of the rows of an average one is rare."""

UNCALIBRATED = 0.05
"""An expected calibration error that a reader of probabilities would notice."""


FEWEST, MOST_OF_IT = 10, 0.5
"""Of at least so many rows one should not make so much of the squared error."""

FEWEST_STEPS = 50
"""Fewer steps teach a network next to nothing, and a BatchNorm's running means lag behind by then."""


class Advice(NamedTuple):
    """What was seen, in one sentence, and what would do."""

    seen: str
    do: str


def advise(findings: Findings) -> list[Advice]:
    """Return at most MOST pieces of advice, the gravest first; none where the run looks fine."""
    found = [advice for rule in RULES for advice in rule(findings)]
    return found[:MOST]


def _interrupted(findings: Findings) -> Iterator[Advice]:
    history = findings.run.history
    if history.stop_reason == "interrupted":
        yield Advice(
            f"The run was interrupted after epoch {len(history)}, and the best epoch so far was kept.",
            "Train it again from its recipe to see how far it gets.",
        )


def _no_better_than_a_constant(findings: Findings) -> Iterator[Advice]:
    constant = "the most common class" if findings.has_classes else "the mean"
    if findings.is_better is False:
        yield Advice(
            f"The network does worse than always answering with {constant}.",
            "Do not use it. Lower the learning rate, and look whether answers and rows belong together.",
        )
    elif findings.is_better is None and findings.interval() is not None:
        yield Advice(
            f"It is not certain that the network is better than always answering with {constant}.",
            "More test rows would tell. If it is no better, its columns may say nothing about the answer.",
        )


def _one_row_makes_the_error(findings: Findings) -> Iterator[Advice]:
    part = findings.rows_of_part
    if findings.has_classes or part is None or len(part) < FEWEST:
        return
    errors = findings.squared_errors
    worst = int(errors.argmax())
    share = float(errors[worst]) / max(float(errors.sum()), 1e-300)
    if share > MOST_OF_IT:
        yield Advice(
            f"One row makes {rounded_share(share)} of the squared error: {place_told(part, worst)}.",
            "Look whether what stands in it can be true. If so, the RMSE says little about all other rows.",
        )


def _untested_class(findings: Findings) -> Iterator[Advice]:
    report = findings.by_class
    if report is None or findings.part == "train":
        return
    untested = [name for name, rows in zip(report.classes, report.support, strict=True) if not rows]
    if untested:
        which = f"class {untested[0]!r}" if len(untested) == 1 else f"{len(untested)} classes, such as {untested[0]!r},"
        yield Advice(
            f"No row of {which} is among those it was measured on, so it is not known how well it is told apart.",
            "Get more rows of it, or leave it out.",
        )


def _too_few_steps(findings: Findings) -> Iterator[Advice]:
    history, steps = findings.run.history, _steps(findings)
    if steps is not None and steps < FEWEST_STEPS:
        norm = any(layer.kind == "batchnorm" for layer in findings.run.model.networks[0].layers)
        also = ", and its normalization has not seen enough to settle" if norm else ""
        yield Advice(
            f"It has made only {steps} steps, {len(history)} epochs of {steps // len(history)}{also}.",
            f"Give it more: --epochs {len(history) * -(-FEWEST_STEPS * 6 // steps)}.",
        )


def _steps(findings: Findings) -> int | None:
    """Return how many steps the optimizer has made, about; None where it makes none of batches."""
    history, rows = findings.run.history, findings.metrics.get("train_rows")
    if not rows or not len(history) or history[0].learning_rate is None:
        return None
    return len(history) * -(-int(rows) // findings.run.recipe.batch_size)


def _too_few_rows(findings: Findings) -> Iterator[Advice]:
    interval = findings.interval()
    if findings.has_classes and interval is not None and interval.width > WIDE:
        yield Advice(
            f"With only {findings.rows} rows, the accuracy is known no better than from "
            f"{rounded_share(interval.low, findings.rows)} to {rounded_share(interval.high, findings.rows)}.",
            "Do not choose between two runs by it: compare them over several seeds (--seed), or give the test part "
            "more rows (--split).",
        )


def _validation_loss_rose(findings: Findings) -> Iterator[Advice]:
    history = findings.run.history
    losses = [record.valid_loss for record in history if record.valid_loss is not None]
    if len(losses) < 3 or findings.run.recipe.early_stopping:
        return
    best = int(np.argmin(losses))
    if history.best_epoch == len(history) and losses[best] > 0 and losses[-1] > RISE * losses[best]:
        yield Advice(
            f"The validation loss was lowest after epoch {best + 1} ({rounded(losses[best])}) and has risen since, to "
            f"{rounded(losses[-1])}.",
            "Pass --early-stopping to keep that epoch; more dropout or weight decay would let it learn for longer.",
        )


def _learned_by_heart(findings: Findings) -> Iterator[Advice]:
    if not _is_far_better_on_what_it_knows(findings):
        return
    train = float(findings.metrics[f"train_{findings.metric}"])
    if findings.has_classes:
        here, there = (rounded_share(share, findings.rows) for share in (train, findings.value))
        seen = f"It is right in {here} of the rows it learned from, and in only {there} of new ones."
    else:
        seen = f"Its error is {rounded(train)} on rows it learned from, and {rounded(findings.value)} on new ones."
    yield Advice(seen, "More rows help most; then --dropout 0.3, more --weight-decay, or fewer units (--hidden).")


def _is_far_better_on_what_it_knows(findings: Findings) -> bool:
    """Return whether the result on the training part is so much better than the other that it is no chance."""
    train, interval = findings.metrics.get(f"train_{findings.metric}"), findings.interval()
    if train is None or interval is None or findings.part == "train":
        return False
    if findings.has_classes:
        return bool(train > interval.high and train - findings.value > GAP)
    return bool(train < interval.low and train < FAR * findings.value)


def _still_falling(findings: Findings) -> Iterator[Advice]:
    history = findings.run.history
    monitored = [record.monitored for record in history]
    tail = max(1, len(monitored) // 10)
    if history.stop_reason != "epochs" or len(monitored) < 2 or history.best_epoch != len(history):
        return
    steps, has_valid = _steps(findings), history[-1].valid_loss is not None
    if steps is not None and steps < FEWEST_STEPS:
        return  # which is told already
    if not has_valid and _is_far_better_on_what_it_knows(findings):
        return  # to know still more by heart would not help
    before, after = min(monitored[:-tail]), min(monitored[-tail:])
    # A schedule that has brought the rate to nothing has ended the run on purpose: more epochs would be another run.
    rates = [record.learning_rate for record in history if record.learning_rate]
    is_over = bool(rates) and rates[-1] < 0.01 * max(rates)
    if before > 0 and after < FALL * before and not is_over:
        what = "validation" if has_valid else "training"
        yield Advice(
            f"The {what} loss was still falling when the {len(history)} epochs were over.",
            f"Give it more: --epochs {2 * len(history)}.",
        )


def _class_not_found(findings: Findings) -> Iterator[Advice]:
    report = findings.by_class
    if report is None or len(report.classes) < 2:
        return
    worst = int(np.where(report.support > 4, report.recall, 2).argmin())
    if report.support[worst] > 4 and report.recall[worst] < 0.5 * findings.value:
        taken_for = next(predicted for true, predicted, _ in findings.confused if true == worst)
        do = (
            f"Most of the others are taken for {report.classes[taken_for]!r}: look at what sets the two apart, and "
            "whether their rows are named rightly."
        )
        if report.support[worst] < RARE * report.support.mean():
            do = "Rare classes are learned last: pass --class-weight balanced, or get more rows of this class."
        yield Advice(
            f"Of the {report.support[worst]} rows of class {report.classes[worst]!r} only "
            f"{rounded_share(float(report.recall[worst]))} are found.",
            do,
        )


def _silent_units(findings: Findings) -> Iterator[Advice]:
    seen = findings.run.glimpses
    if seen is None or not len(seen.epochs):
        return
    last = int(np.searchsorted(seen.epochs, findings.run.history.best_epoch).clip(0, len(seen.epochs) - 1))
    for layer, share in zip(seen.layers[:-1], seen.silent[last, :-1].tolist(), strict=True):
        if share > SILENT:
            yield Advice(
                f"In {layer}, {rounded_share(share)} of the units gave the same number for every row looked at.",
                "Lower the learning rate, or use leaky_relu or gelu in place of relu.",
            )
            return


def _over_or_underconfident(findings: Findings) -> Iterator[Advice]:
    if not findings.has_classes or findings.rows_of_part is None or findings.rows < 100:
        return
    found = findings.reliability
    if found.error <= UNCALIBRATED:
        return
    surer = float(findings.sure.mean()) > findings.value
    smoothed = isinstance(findings.run.recipe.loss, dict) and bool(findings.run.recipe.loss.get("label_smoothing"))
    if surer:
        do = "Do not take its probabilities at face value; label smoothing in the loss, or early stopping, tames them."
    elif smoothed:
        do = "Label smoothing does that on purpose. Without it (loss) the probabilities could be taken at face value."
    else:
        do = "Do not take its probabilities at face value; it would get surer with more epochs."
    yield Advice(
        f"On average it says it is {rounded_share(float(findings.sure.mean()))} sure, and it is right in "
        f"{rounded_share(findings.value, findings.rows)} of the rows.",
        do,
    )


RULES: tuple[Callable[[Findings], Iterator[Advice]], ...] = (
    _interrupted,
    _one_row_makes_the_error,
    _too_few_steps,
    _no_better_than_a_constant,
    _too_few_rows,
    _validation_loss_rose,
    _learned_by_heart,
    _still_falling,
    _untested_class,
    _class_not_found,
    _silent_units,
    _over_or_underconfident,
)
