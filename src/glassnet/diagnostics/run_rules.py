"""Rules about a finished run: how it ended, and what it learned."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from glassnet.common.numbers import percent, rounded
from glassnet.diagnostics.causes import causes
from glassnet.diagnostics.findings import Finding
from glassnet.diagnostics.gradient_flow import between_layers
from glassnet.diagnostics.result_rules import RESULT_RULES, gap_of
from glassnet.diagnostics.run_record import RunRecord

RISE = 1.1
"""A loss that ends above this multiple of its minimum has risen."""

FALL = 0.99
"""A loss that fell by this factor in the last tenth of the epochs is still decreasing."""

SILENT = 0.4
"""A layer with more than this share of constant units has lost capacity."""

RARE = 0.5
"""A class with less than this share of the average number of rows is rare."""

UNCALIBRATED = 0.05
"""An expected calibration error above this matters to users of the probabilities."""

MOST_OF_IT = 0.5
"""A single row should not make up more than this share of the squared error."""

FEWEST_STEPS = 50
"""With fewer steps a network has hardly been trained, and the running means of BatchNorm lag behind."""

FEWEST_ROWS = 5
"""The recall of a class with fewer rows is not judged."""


def diagnose_run(record: RunRecord) -> list[Finding]:
    """Return the findings about a run, most severe first; an empty list if nothing is wrong."""
    rules = [rule for rule in RULES if not (record.is_portfolio and rule in OF_A_SINGLE_NETWORK)]
    return causes([finding for rule in rules for finding in rule(record)])


def _interrupted(record: RunRecord) -> Iterator[Finding]:
    if record.networks and record.stopped:
        cut = "was interrupted" if record.stopped == "interrupted" else "reached its time limit"
        after = f" after {record.folds}" if record.folds else ""
        yield Finding(
            "interrupted",
            "info",
            "training",
            f"Training {cut}{after}; the ensemble was chosen from {record.networks} network"
            f"{'s' * (record.networks > 1)}.",
            "All networks of this quality may predict better: run it again with more time.",
        )
    elif record.history.stop_reason == "interrupted":
        yield Finding(
            "interrupted",
            "info",
            "training",
            f"Training was interrupted after epoch {len(record.history)}; the best epoch so far was kept.",
            "Run the recipe again to finish training.",
        )


def _outlier(record: RunRecord) -> Iterator[Finding]:
    if record.outlier is not None and record.outlier[1] > MOST_OF_IT:
        label, share = record.outlier
        yield Finding(
            "outlier",
            "warning",
            label,
            f"One row makes up {percent(share)} of the squared error: {label}.",
            "Check its values. If they are correct, the RMSE says little about the other rows.",
            {"share": share},
        )


def _too_few_steps(record: RunRecord) -> Iterator[Finding]:
    epochs, steps = len(record.history), record.steps
    if steps is not None and steps < FEWEST_STEPS:
        also = "; the running means of batchnorm have not converged" if record.has_batchnorm else ""
        yield Finding(
            "too few steps",
            "warning",
            "training",
            f"Only {steps} optimizer steps: {epochs} epochs of {steps // epochs}{also}.",
            f"Train longer: --epochs {epochs * -(-FEWEST_STEPS * 6 // steps)}.",
            {"steps": steps},
        )


def _constant_prediction(record: RunRecord) -> Iterator[Finding]:
    if record.counts is None or record.counts.sum() < FEWEST_ROWS or record.trades_accuracy or record.score:
        return
    predicted = np.flatnonzero(record.counts.any(axis=0))
    if len(predicted) == 1 and (record.support > 0).sum() > 1:
        name = record.classes[predicted[0]]
        yield Finding(
            "constant prediction",
            "warning",
            "predictions",
            f"Every row of the {record.set_name} is predicted as {name!r}.",
            "The network has not learned to tell the classes apart: train longer, with another learning rate; or the "
            "columns are not informative about the target.",
        )


def _overfitting(record: RunRecord) -> Iterator[Finding]:
    """A validation loss that rises, with the epoch in which that begins; or a training set that is known by heart."""
    rise, gap = _rise(record), gap_of(record)
    if rise is not None:
        best, losses = rise
        also = f" {gap}." if gap else ""
        yield Finding(
            "overfitting",
            "warning",
            "training",
            f"Overfitting from epoch {best + 1} on: the validation loss was lowest in epoch {best} "
            f"({rounded(losses[0])}) and has risen to {rounded(losses[1])} since.{also}",
            "Use --early-stopping to restore that epoch, or add dropout or weight decay.",
            {"epoch": best, "lowest": losses[0], "last": losses[1]},
        )
    elif gap:
        yield Finding(
            "overfitting",
            "warning",
            "training",
            f"Overfitting: {gap}.",
            "More training rows help most; then --dropout 0.3, more --weight-decay, or fewer units (--hidden).",
        )


def _rise(record: RunRecord) -> tuple[int, tuple[float, float]] | None:
    """Return the epoch with the lowest validation loss, and that loss beside the last one, if it rose since."""
    history = record.history
    losses = [one.valid_loss for one in history if one.valid_loss is not None]
    if len(losses) < 3 or record.early_stopping or history.best_epoch != len(history):
        return None
    best = int(np.argmin(losses))
    is_higher = losses[best] > 0 and losses[-1] > RISE * losses[best]
    return (best + 1, (losses[best], losses[-1])) if is_higher else None


def _underfitting(record: RunRecord) -> Iterator[Finding]:
    """A loss that was still decreasing in the end."""
    history = record.history
    monitored = [one.monitored for one in history]
    tail = max(1, len(monitored) // 10)
    if history.stop_reason != "epochs" or len(monitored) < 2 or history.best_epoch != len(history):
        return
    if record.steps is not None and record.steps < FEWEST_STEPS:
        return  # another rule reports it
    has_valid = history[-1].valid_loss is not None
    if not has_valid and gap_of(record):
        return  # more epochs would only overfit more
    before, after = min(monitored[:-tail]), min(monitored[-tail:])
    # A schedule that decayed the rate to almost 0 ended the run on purpose.
    rates = [one.learning_rate for one in history if one.learning_rate]
    is_over = bool(rates) and rates[-1] < 0.01 * max(rates)
    if before > 0 and after < FALL * before and not is_over:
        what = "validation" if has_valid else "training"
        yield Finding(
            "underfitting",
            "info",
            "training",
            f"The {what} loss was still decreasing after {len(history)} epochs.",
            f"Train longer: --epochs {2 * len(history)}.",
            {"before": before, "after": after},
        )


def _diverged(record: RunRecord) -> Iterator[Finding]:
    losses = [one.loss for one in record.history]
    if len(losses) < 3 or record.history.best_epoch != len(record.history):
        return
    lowest = int(np.argmin(losses))
    if losses[lowest] > 0 and losses[-1] > 2 * losses[lowest] and losses[-1] > RISE * losses[0]:
        yield Finding(
            "rising loss",
            "error",
            "training",
            f"The training loss rose: {rounded(losses[lowest])} in epoch {lowest + 1}, {rounded(losses[-1])} in the "
            "last.",
            "The learning rate is too high: divide it by 10 (--lr).",
            {"lowest": losses[lowest], "last": losses[-1]},
        )


def _untested_class(record: RunRecord) -> Iterator[Finding]:
    if record.counts is None or record.is_training_set:
        return
    untested = [name for name, rows in zip(record.classes, record.support, strict=True) if not rows]
    if untested:
        which = f"class {untested[0]!r}" if len(untested) == 1 else f"{len(untested)} classes, such as {untested[0]!r}"
        yield Finding(
            "missing class",
            "info",
            ", ".join(untested),
            f"The {record.set_name} has no row of {which}.",
            "Collect more rows of it, or drop the class; its recall is unknown.",
        )


def _low_recall(record: RunRecord) -> Iterator[Finding]:
    if record.counts is None or not record.counts.sum() or len(record.classes) < 2:
        return
    support, recall = record.support, record.recall
    worst = int(np.where(support >= FEWEST_ROWS, recall, 2).argmin())
    if support[worst] < FEWEST_ROWS or recall[worst] >= 0.5 * record.value:
        return
    name = record.classes[worst]
    others = record.counts[worst].copy()
    others[worst] = 0
    action = (
        f"Most of the others are predicted as {record.classes[others.argmax()]!r}: check the labels of both classes, "
        "and add features that separate them."
    )
    if support[worst] < RARE * support.mean():
        action = _for_a_rare_class(record)
    yield Finding(
        "low recall",
        "warning",
        name,
        f"Low recall: {percent(float(recall[worst]))} of the {support[worst]} rows of class {name!r} are found.",
        action,
        {"recall": float(recall[worst]), "rows": float(support[worst])},
    )


def _for_a_rare_class(record: RunRecord) -> str:
    """Return what raises the recall of a rare class and has not been done yet."""
    if record.trades_accuracy:
        return "It is a rare class: collect more rows of it, or add features that separate it."
    if len(record.classes) == 2:
        return (
            "It is a rare class: choose the decision threshold on held-out rows with --threshold f1, or with "
            "--threshold cost=5 if a missed row is 5 times as bad as a false alarm. Accuracy will fall."
        )
    return "It is a rare class: use --class-weight balanced, or collect more rows of it. Accuracy may fall."


def _dead_units(record: RunRecord) -> Iterator[Finding]:
    for layer, share in record.silent.items():
        if share > SILENT:
            yield Finding(
                "dead units",
                "warning",
                layer,
                f"Dead units: {percent(share)} of the units of {layer} have a constant output.",
                "Lower the learning rate, or use leaky_relu or gelu instead of relu.",
                {"share": share},
            )
            return


def _between_layers(record: RunRecord) -> Iterator[Finding]:
    yield from between_layers(list(record.gradients.items()), ", before the first step")


def _miscalibrated(record: RunRecord) -> Iterator[Finding]:
    if record.calibration_error is None or record.calibration_error <= UNCALIBRATED:
        return
    if record.has_class_weight:
        advice = (
            "Class weights shift the probabilities. If you need them, train without class weights; for two classes, "
            "choose a --threshold instead."
        )
    elif record.is_overconfident:
        advice = "Do not rely on the probabilities; label smoothing or early stopping reduces overconfidence."
    elif record.has_label_smoothing:
        advice = "Label smoothing causes this; remove it from the loss if you need calibrated probabilities."
    else:
        advice = "Do not rely on the probabilities; more epochs increase the confidence."
    yield Finding(
        "miscalibrated",
        "info",
        "probabilities",
        f"{record.calibration} (expected calibration error {percent(record.calibration_error)}).",
        advice,
        {"error": record.calibration_error},
    )


RULES: tuple[Callable[[RunRecord], Iterator[Finding]], ...] = (
    _interrupted,
    _diverged,
    _outlier,
    _too_few_steps,
    _constant_prediction,
    _between_layers,
    _dead_units,
    _overfitting,
    _low_recall,
    _underfitting,
    _untested_class,
    _miscalibrated,
    *RESULT_RULES,
)

OF_A_SINGLE_NETWORK = (_too_few_steps, _overfitting, _underfitting, _diverged)
"""Rules about epochs and regularization, which a portfolio chooses itself."""
