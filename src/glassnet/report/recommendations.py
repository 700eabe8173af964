"""Recommendations for a run: rules that turn an observation into an action, most severe first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from glassnet.report.evaluation import SCORE_NAMES, Evaluation, judgement, percent, rounded
from glassnet.report.folds import folds_text, is_cut
from glassnet.report.portfolio import contributions
from glassnet.report.row_labels import row_label
from glassnet.report.terminal import SETS

MOST, MOST_FINDINGS = 4, 8
"""Maximum number of recommendations, and of findings about the data."""

RISE = 1.1
"""A validation loss that ends above this multiple of its minimum has risen."""

FALL = 0.99
"""A loss that fell by this factor in the last tenth of the epochs is still decreasing."""

GAP = 0.03
"""A training accuracy this far above the test accuracy indicates overfitting."""

FAR = 0.8
"""A training error below this share of the test error indicates overfitting."""

WIDE = 0.1
"""An accuracy whose interval is wider than this is too uncertain to compare runs by."""

SILENT = 0.4
"""A layer with more than this share of constant units has lost capacity."""

RARE = 0.5
"""A class with less than this share of the average number of rows is rare."""

UNCALIBRATED = 0.05
"""An expected calibration error above this matters to users of the probabilities."""

FEWEST, MOST_OF_IT = 10, 0.5
"""With at least FEWEST rows, a single row should not make up more than MOST_OF_IT of the squared error."""

FEWEST_STEPS = 50
"""With fewer steps a network has hardly been trained, and the running means of BatchNorm lag behind."""


class Recommendation(NamedTuple):
    """An observation and the action it calls for, one or two sentences each."""

    observation: str
    action: str


def recommend(evaluation: Evaluation) -> list[Recommendation]:
    """Return the findings about the data, then at most MOST recommendations, most severe first; none if all is well."""
    about_data = [Recommendation(found.message, found.advice) for found in evaluation.findings[:MOST_FINDINGS]]
    is_portfolio = evaluation.run.recipe.quality is not None
    rules = [rule for rule in RULES if not (is_portfolio and rule in OF_A_SINGLE_NETWORK)]
    found = [recommendation for rule in rules for recommendation in rule(evaluation)]
    return about_data + found[:MOST]


def _interrupted(evaluation: Evaluation) -> Iterator[Recommendation]:
    history, trained = evaluation.run.history, sum(one.networks for one in contributions(evaluation.metrics))
    reason = evaluation.metrics.get("stop_reason")
    if trained and reason in ("interrupted", "time limit"):
        cut = "was interrupted" if reason == "interrupted" else "reached its time limit"
        after = f" after {folds_text(evaluation.metrics)}" if is_cut(evaluation.metrics) else ""
        yield Recommendation(
            f"Training {cut}{after}; the ensemble was chosen from {trained} network{'s' * (trained > 1)}.",
            "All networks of this quality may predict better: run it again with more time.",
        )
    elif history.stop_reason == "interrupted":
        yield Recommendation(
            f"Training was interrupted after epoch {len(history)}; the best epoch so far was kept.",
            "Run the recipe again to finish training.",
        )


def _no_better_than_baseline(evaluation: Evaluation) -> Iterator[Recommendation]:
    constant = "the most frequent class" if evaluation.has_classes else "the mean"
    if evaluation.judged_by[0] in SCORE_NAMES:
        if not evaluation.is_better:
            how = "worse" if evaluation.is_better is False else "better"
            yield Recommendation(
                f"{'Not significantly' if how == 'better' else 'Significantly'} {how} than a constant prediction: "
                f"{judgement(evaluation)}.",
                "The columns may not be informative about the target; more rows of the rare classes help most.",
            )
    elif evaluation.is_better is False:
        yield Recommendation(
            f"Significantly worse than always predicting {constant}.",
            "Lower the learning rate, and check that the targets belong to the rows.",
        )
    elif evaluation.is_better is None and evaluation.interval() is not None:
        yield Recommendation(
            f"Not significantly better than always predicting {constant}.",
            "Use a larger test set to find out. The columns may not be informative about the target.",
        )


def _outlier(evaluation: Evaluation) -> Iterator[Recommendation]:
    part = evaluation.part_data
    if evaluation.has_classes or part is None or len(part) < FEWEST:
        return
    errors = evaluation.squared_errors
    worst = int(errors.argmax())
    share = float(errors[worst]) / max(float(errors.sum()), 1e-300)
    if share > MOST_OF_IT:
        yield Recommendation(
            f"One row makes up {percent(share)} of the squared error: {row_label(part, worst)}.",
            "Check its values. If they are correct, the RMSE says little about the other rows.",
        )


def _untested_class(evaluation: Evaluation) -> Iterator[Recommendation]:
    report = evaluation.class_report
    if report is None or evaluation.part == "train":
        return
    untested = [name for name, rows in zip(report.classes, report.support, strict=True) if not rows]
    if untested:
        which = f"class {untested[0]!r}" if len(untested) == 1 else f"{len(untested)} classes, such as {untested[0]!r}"
        yield Recommendation(
            f"The {SETS[evaluation.part]} has no row of {which}.",
            "Collect more rows of it, or drop the class; its recall is unknown.",
        )


def _too_few_steps(evaluation: Evaluation) -> Iterator[Recommendation]:
    history, steps = evaluation.run.history, _steps(evaluation)
    if steps is not None and steps < FEWEST_STEPS:
        norm = any(layer.kind == "batchnorm" for layer in evaluation.run.model.networks[0].layers)
        also = "; the running means of batchnorm have not converged" if norm else ""
        yield Recommendation(
            f"Only {steps} optimizer steps: {len(history)} epochs of {steps // len(history)}{also}.",
            f"Train longer: --epochs {len(history) * -(-FEWEST_STEPS * 6 // steps)}.",
        )


def _steps(evaluation: Evaluation) -> int | None:
    """Return the approximate number of optimizer steps; None for L-BFGS, which has no batches."""
    history, rows = evaluation.run.history, evaluation.metrics.get("train_rows")
    if not rows or not len(history) or history[0].learning_rate is None:
        return None
    return len(history) * -(-int(rows) // evaluation.run.recipe.batch_size)


def _wide_interval(evaluation: Evaluation) -> Iterator[Recommendation]:
    interval = evaluation.interval()
    if evaluation.has_classes and interval is not None and interval.width > WIDE:
        yield Recommendation(
            f"With only {evaluation.rows} rows, the 95% interval of the accuracy is wide: "
            f"{percent(interval.low, evaluation.rows)} to {percent(interval.high, evaluation.rows)}.",
            "Compare runs over several seeds (--seed), or enlarge the test set (--split).",
        )


def _validation_loss_rose(evaluation: Evaluation) -> Iterator[Recommendation]:
    history = evaluation.run.history
    losses = [record.valid_loss for record in history if record.valid_loss is not None]
    if len(losses) < 3 or evaluation.run.recipe.early_stopping:
        return
    best = int(np.argmin(losses))
    if history.best_epoch == len(history) and losses[best] > 0 and losses[-1] > RISE * losses[best]:
        yield Recommendation(
            f"The validation loss was lowest in epoch {best + 1} ({rounded(losses[best])}) and has risen to "
            f"{rounded(losses[-1])} since.",
            "Use --early-stopping to restore that epoch, or add dropout or weight decay.",
        )


def _overfitting(evaluation: Evaluation) -> Iterator[Recommendation]:
    if not _is_overfitted(evaluation):
        return
    train = float(evaluation.metrics[f"train_{evaluation.metric}"])
    known, new = (
        f"accuracy {percent(value, evaluation.rows)}" if evaluation.has_classes else f"RMSE {rounded(value)}"
        for value in (train, evaluation.value)
    )
    yield Recommendation(
        f"Overfitting: {known} on the training set, {new} on the {SETS[evaluation.part]}.",
        "More training rows help most; then --dropout 0.3, more --weight-decay, or fewer units (--hidden).",
    )


def _is_overfitted(evaluation: Evaluation) -> bool:
    """Return whether the training result is better than the held-out one by more than chance explains."""
    train, interval = evaluation.metrics.get(f"train_{evaluation.metric}"), evaluation.interval()
    if train is None or interval is None or evaluation.part == "train":
        return False
    if evaluation.has_classes:
        return bool(train > interval.high and train - evaluation.value > GAP)
    return bool(train < interval.low and train < FAR * evaluation.value)


def _still_decreasing(evaluation: Evaluation) -> Iterator[Recommendation]:
    history = evaluation.run.history
    monitored = [record.monitored for record in history]
    tail = max(1, len(monitored) // 10)
    if history.stop_reason != "epochs" or len(monitored) < 2 or history.best_epoch != len(history):
        return
    steps, has_valid = _steps(evaluation), history[-1].valid_loss is not None
    if steps is not None and steps < FEWEST_STEPS:
        return  # another rule reports it
    if not has_valid and _is_overfitted(evaluation):
        return  # more epochs would only overfit more
    before, after = min(monitored[:-tail]), min(monitored[-tail:])
    # A schedule that decayed the rate to almost 0 ended the run on purpose.
    rates = [record.learning_rate for record in history if record.learning_rate]
    is_over = bool(rates) and rates[-1] < 0.01 * max(rates)
    if before > 0 and after < FALL * before and not is_over:
        what = "validation" if has_valid else "training"
        yield Recommendation(
            f"The {what} loss was still decreasing after {len(history)} epochs.",
            f"Train longer: --epochs {2 * len(history)}.",
        )


def _low_recall(evaluation: Evaluation) -> Iterator[Recommendation]:
    report = evaluation.class_report
    if report is None or len(report.classes) < 2:
        return
    worst = int(np.where(report.support > 4, report.recall, 2).argmin())
    if report.support[worst] > 4 and report.recall[worst] < 0.5 * evaluation.value:
        confused = next(predicted for true, predicted, _ in evaluation.confused_pairs if true == worst)
        action = (
            f"Most of the others are predicted as {report.classes[confused]!r}: check the labels of both classes, and "
            "add features that separate them."
        )
        if report.support[worst] < RARE * report.support.mean():
            action = _for_a_rare_class(evaluation)
        yield Recommendation(
            f"Low recall: {percent(float(report.recall[worst]))} of the {report.support[worst]} rows of class "
            f"{report.classes[worst]!r} are found.",
            action,
        )


def _for_a_rare_class(evaluation: Evaluation) -> str:
    """Return what raises the recall of a rare class and has not been done yet."""
    if evaluation.trades_accuracy:
        return "It is a rare class: collect more rows of it, or add features that separate it."
    if evaluation.run.model.has_two_classes:
        return (
            "It is a rare class: choose the decision threshold on held-out rows with --threshold f1, or with "
            "--threshold cost=5 if a missed row is 5 times as bad as a false alarm. Accuracy will fall."
        )
    return "It is a rare class: use --class-weight balanced, or collect more rows of it. Accuracy may fall."


def _constant_units(evaluation: Evaluation) -> Iterator[Recommendation]:
    stats = evaluation.run.activation_history
    if stats is None or not len(stats.epochs):
        return
    last = int(np.searchsorted(stats.epochs, evaluation.run.history.best_epoch).clip(0, len(stats.epochs) - 1))
    for layer, share in zip(stats.layers[:-1], stats.silent[last, :-1].tolist(), strict=True):
        if share > SILENT:
            yield Recommendation(
                f"Dead units: {percent(share)} of the units of {layer} have a constant output.",
                "Lower the learning rate, or use leaky_relu or gelu instead of relu.",
            )
            return


def _miscalibrated(evaluation: Evaluation) -> Iterator[Recommendation]:
    if not evaluation.has_classes or evaluation.part_data is None or evaluation.rows < 100:
        return
    found = evaluation.calibration
    # From few rows, the expected calibration error is large by chance.
    if found.error <= UNCALIBRATED or evaluation.miscalibration is None:
        return
    if evaluation.run.recipe.class_weight is not None:
        yield Recommendation(
            f"{evaluation.confidence_summary} (expected calibration error {percent(found.error)}).",
            "Class weights shift the probabilities. If you need them, train without class weights; for two classes, "
            "choose a --threshold instead.",
        )
        return
    smoothed = isinstance(evaluation.run.recipe.loss, dict) and bool(evaluation.run.recipe.loss.get("label_smoothing"))
    if evaluation.miscalibration == "Overconfident":
        action = "Do not rely on the probabilities; label smoothing or early stopping reduces overconfidence."
    elif smoothed:
        action = "Label smoothing causes this; remove it from the loss if you need calibrated probabilities."
    else:
        action = "Do not rely on the probabilities; more epochs increase the confidence."
    yield Recommendation(
        f"{evaluation.confidence_summary} (expected calibration error {percent(found.error)}).",
        action,
    )


RULES: tuple[Callable[[Evaluation], Iterator[Recommendation]], ...] = (
    _interrupted,
    _outlier,
    _too_few_steps,
    _no_better_than_baseline,
    _wide_interval,
    _validation_loss_rose,
    _overfitting,
    _still_decreasing,
    _untested_class,
    _low_recall,
    _constant_units,
    _miscalibrated,
)

OF_A_SINGLE_NETWORK = (_too_few_steps, _validation_loss_rose, _overfitting, _still_decreasing)
"""Rules about epochs and regularization, which a portfolio chooses itself."""
