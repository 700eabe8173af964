"""Rules about the result of a run: whether it is more than chance, and how far it can be trusted."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

from glassnet.common.numbers import percent, rounded
from glassnet.diagnostics.findings import Finding
from glassnet.diagnostics.run_record import RunRecord
from glassnet.maths.intervals import wilson

GAP = 0.1
"""A training accuracy this far above that of new rows is overfitting; a few points are usual for a good network."""

FAR = 0.3
"""A training error below this share of that of new rows is overfitting."""

WIDE = 0.1
"""An accuracy whose interval is wider than this is too uncertain to compare runs by."""

FEWEST_ROWS = 20
"""A result on fewer rows does not show that nothing was learned."""

FEW_VALID, WIDE_VALID = 50, 0.2
"""With fewer validation rows, or a wider interval of their accuracy, the epoch that they choose is chance."""


def gap_of(record: RunRecord) -> str:
    """Return both results in words if that of the training set is better by more than chance explains, else ""."""
    train, interval = record.train_value, record.interval
    if train is None or interval is None:
        return ""
    if record.has_classes:
        is_large = train > interval[1] and train - record.value > GAP
        what, known, new = "accuracy", percent(train, record.rows), percent(record.value, record.rows)
    else:
        is_large = train < interval[0] and train < FAR * record.value
        what, known, new = "RMSE", rounded(train), rounded(record.value)
    return f"{what} {known} on the training set, {new} on the {record.set_name}" if is_large else ""


def _constant(record: RunRecord) -> str:
    return "the most frequent class" if record.has_classes else "the mean"


def _baseline(record: RunRecord) -> Iterator[Finding]:
    constant = _constant(record)
    message = advice = ""
    if record.score:
        if record.is_better is not True:
            how = "Significantly worse" if record.is_better is False else "Not significantly better"
            message = f"{how} than a constant prediction: {record.score}."
            advice = "The columns may not be informative about the target; more rows of the rare classes help most."
    elif record.is_better is False:
        message = f"Significantly worse than always predicting {constant}."
        advice = "Lower the learning rate, and check that the targets belong to the rows."
        if len(record.classes) == 2 and record.interval is not None and record.interval[1] < 0.5:
            right = percent(1 - record.value, record.rows)
            message += f" Always predicting the other class than the network would be right for {right} of the rows."
            advice = "Are the labels of the training rows and of the others assigned in the same order?"
    elif record.is_better is None and record.interval is not None:
        message = f"Not significantly better than always predicting {constant}."
        advice = "Use a larger test set to find out. The columns may not be informative about the target."
    if message:
        yield Finding("baseline", "warning", "result", message, advice, {"value": record.value})


def _shuffled_labels(record: RunRecord) -> Iterator[Finding]:
    """The training set is learned by heart, and new rows are not predicted at all."""
    gap = gap_of(record)
    if record.is_better is True or record.score or record.is_training_set or record.has_more_inputs_than_rows:
        return
    if record.rows < FEWEST_ROWS:
        return
    if gap and record.is_no_better:
        yield Finding(
            "shuffled labels",
            "warning",
            "target",
            f"The network knows the rows that it has seen, and nothing about others: {gap}, not better than always "
            f"predicting {_constant(record)}.",
            "Do the targets belong to their rows? Sorting or merging may have shuffled them. Otherwise, the columns "
            "are not informative about the target, or the rows are too few.",
            {"value": record.value},
        )


def _more_columns_than_rows(record: RunRecord) -> Iterator[Finding]:
    """Any target can be learned by heart, and this one is not predicted for new rows."""
    if record.is_better is True or record.is_training_set or not record.has_more_inputs_than_rows:
        return
    if record.is_no_better and not record.score:
        gap = gap_of(record) or f"the {record.set_name} is not predicted"
        yield Finding(
            "more columns than rows",
            "warning" if record.rows >= FEWEST_ROWS else "info",
            "columns",
            f"The network has {record.inputs:,} inputs and {record.train_rows:,} training rows, so it can learn any "
            f"target by heart, even a random one: {gap}, not better than always predicting {_constant(record)}.",
            "Collect more rows, or leave out columns (--drop) by what they mean, not by what these rows say.",
            {"inputs": record.inputs, "rows": record.train_rows or 0},
        )


def _wide_interval(record: RunRecord) -> Iterator[Finding]:
    if record.has_classes and record.interval is not None and record.interval[1] - record.interval[0] > WIDE:
        low, high = record.interval
        yield Finding(
            "wide interval",
            "info",
            "result",
            f"With only {record.rows} rows, the 95% interval of the accuracy is wide: {percent(low, record.rows)} to "
            f"{percent(high, record.rows)}.",
            "Compare runs over several seeds (--seed), or enlarge the test set (--split).",
            {"low": low, "high": high},
        )


def _small_validation_set(record: RunRecord) -> Iterator[Finding]:
    """An epoch that was chosen by a few rows."""
    epochs, rows = record.history, record.valid_rows
    if not rows or not _has_chosen_epoch(record):
        return
    best = epochs[epochs.best_epoch - 1].valid_accuracy if record.has_classes else None
    if best is None:
        if rows >= FEW_VALID:
            return
        said = f"an RMSE of so few rows is known to ±{percent(1.96 / math.sqrt(2 * rows), rows)}"
    else:
        low, high = wilson(round(best * rows), rows)
        if rows >= FEW_VALID and high - low <= WIDE_VALID:
            return
        within = best - standard_error(best, rows)
        alike = sum(one.valid_accuracy is not None and one.valid_accuracy >= within for one in epochs)
        said = (
            f"the 95% interval of its accuracy is {percent(low, rows)} to {percent(high, rows)}, and {alike} of "
            f"{len(epochs)} epochs are within a standard error"
        )
    yield Finding(
        "small validation set",
        "info",
        "validation set",
        f"Early stopping chose epoch {epochs.best_epoch} by {rows} validation rows: {said}.",
        "Do not choose between settings by it: validate on every training row with --folds 5, or enlarge it (--split).",
        {"rows": rows},
    )


def _has_chosen_epoch(record: RunRecord) -> bool:
    """Return whether early stopping has restored an epoch before the last one."""
    return record.early_stopping and 0 < record.history.best_epoch < len(record.history)


def standard_error(accuracy: float, rows: int) -> float:
    """Return the standard error of an accuracy, √(p (1 − p) / n), at least that of one wrong row."""
    return math.sqrt(max(accuracy * (1 - accuracy), 1 / rows) / rows)


def _no_test_set(record: RunRecord) -> Iterator[Finding]:
    """A result on the rows that chose the epoch."""
    history = record.history
    if record.is_validation_set and _has_chosen_epoch(record):
        yield Finding(
            "no test set",
            "info",
            "result",
            f"The result is that of the validation set, which also chose epoch {history.best_epoch} of {len(history)}: "
            "the best of many looks better than new rows will.",
            "Keep rows for a test: --split 60/20/20.",
            {"epochs": len(history)},
        )


def improvement_within_chance(
    measured: str, has_classes: bool, rows: int, trials: int, unchanged: float, best: float
) -> Iterator[Finding]:
    """Yield a finding if the best of some trials is better than the unchanged recipe by less than a standard error.

    measured: the metric in words, such as "5-fold CV accuracy". rows: that both were measured on. unchanged, best:
    accuracy or RMSE. The standard error is √(p (1 − p) / rows) of an accuracy p, and about RMSE / √(2 rows).
    """
    gain = best - unchanged if has_classes else unchanged - best
    error = standard_error(unchanged, rows) if has_classes else unchanged / math.sqrt(2 * rows)
    if gain >= error:
        return
    texts = [rounded(one) for one in (unchanged, best, gain, error)]
    if has_classes:
        texts = [percent(unchanged, rows), percent(best, rows), f"{100 * gain:.2g} points", f"{100 * error:.2g} points"]
    old, new, difference, deviation = texts
    yield Finding(
        "improvement within chance",
        "info",
        "settings",
        f"The best of {trials:,} trials has a {measured} of {new}, the unchanged recipe {old}: the difference of "
        f"{difference} is less than the standard error of {rows:,} rows, {deviation}.",
        "The settings may be no better than the recipe. Train it, too, and compare both on the test set: glassnet "
        "report RUN OTHER.",
        {"gain": gain, "error": error},
    )


RESULT_RULES: tuple[Callable[[RunRecord], Iterator[Finding]], ...] = (
    _more_columns_than_rows,
    _shuffled_labels,
    _baseline,
    _wide_interval,
    _small_validation_set,
    _no_test_set,
)
