"""The findings about a run: those about its data, made when it was trained, and those about its result."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from glassnet.data.splits import SETS
from glassnet.diagnostics.causes import causes
from glassnet.diagnostics.findings import Finding
from glassnet.diagnostics.run_record import RunRecord
from glassnet.diagnostics.run_rules import diagnose_run
from glassnet.report.evaluation import SCORE_NAMES, Evaluation, judgement
from glassnet.report.folds import folds_text, is_cut
from glassnet.report.portfolio import contributions
from glassnet.report.row_labels import row_label
from glassnet.training.activation_stats import BINS, ActivationHistory

FEWEST_ERRORS, FEWEST_PROBABILITIES = 10, 100
"""With fewer rows, a large error or an expected calibration error says little."""


def findings_of(evaluation: Evaluation) -> list[Finding]:
    """Return all findings about a run, most severe first; an empty list if nothing is wrong."""
    return causes([*evaluation.findings, *diagnose_run(run_record(evaluation))])


def run_record(evaluation: Evaluation) -> RunRecord:
    """Return what the rules need to know about a run."""
    run, metrics, interval = evaluation.run, evaluation.metrics, evaluation.interval()
    is_training_set, recipe = evaluation.part == "train", run.recipe
    trained = sum(one.total for one in contributions(metrics))
    train_value = None if is_training_set else metrics.get(f"train_{evaluation.metric}")
    error, calibration, is_overconfident = _calibration(evaluation)
    return RunRecord(
        history=run.history,
        rows=evaluation.rows,
        set_name=SETS[evaluation.part],
        value=evaluation.value,
        train_value=None if train_value is None else float(train_value),
        interval=None if interval is None else (interval.low, interval.high),
        baseline=evaluation.baseline,
        classes=evaluation.classes,
        counts=evaluation.counts,
        is_better=evaluation.is_better,
        score=judgement(evaluation) if evaluation.judged_by[0] in SCORE_NAMES else "",
        steps=_steps(evaluation),
        networks=trained,
        stopped=metrics.get("stop_reason") if metrics.get("stop_reason") in ("interrupted", "time limit") else None,
        folds=folds_text(metrics) if trained and is_cut(metrics) else "",
        is_training_set=is_training_set,
        is_validation_set=evaluation.part == "valid",
        inputs=run.model.networks[0].inputs,
        train_rows=_rows(metrics, "train"),
        valid_rows=None if metrics.get("folds") else _rows(metrics, "valid"),
        is_portfolio=recipe.quality is not None,
        early_stopping=bool(recipe.early_stopping),
        has_batchnorm=any(layer.kind == "batchnorm" for layer in run.model.networks[0].layers),
        has_class_weight=recipe.class_weight is not None,
        has_label_smoothing=isinstance(recipe.loss, dict) and bool(recipe.loss.get("label_smoothing")),
        trades_accuracy=evaluation.trades_accuracy,
        outlier=_outlier(evaluation),
        calibration_error=error,
        calibration=calibration,
        is_overconfident=is_overconfident,
        silent=_silent(run.activation_history, run.history.best_epoch),
        gradients=_gradients(run.activation_history),
    )


def _rows(metrics: Mapping[str, Any], part: str) -> int | None:
    rows = metrics.get(f"{part}_rows")
    return int(rows) if rows else None


def _steps(evaluation: Evaluation) -> int | None:
    """Return the approximate number of optimizer steps; None for L-BFGS, which has no batches."""
    history, rows = evaluation.run.history, evaluation.metrics.get("train_rows")
    if not rows or not len(history) or history[0].learning_rate is None:
        return None
    return len(history) * -(-int(rows) // evaluation.run.recipe.batch_size)


def _outlier(evaluation: Evaluation) -> tuple[str, float] | None:
    """Return the row with the largest squared error, and its share of the sum."""
    part = evaluation.part_data
    if evaluation.has_classes or part is None or len(part) < FEWEST_ERRORS:
        return None
    errors = evaluation.squared_errors
    worst = int(errors.argmax())
    return row_label(part, worst), float(errors[worst]) / max(float(errors.sum()), 1e-300)


def _calibration(evaluation: Evaluation) -> tuple[float | None, str, bool]:
    """Return the expected calibration error, the confidence in words, and whether it is too large."""
    if not evaluation.has_classes or evaluation.part_data is None or evaluation.rows < FEWEST_PROBABILITIES:
        return None, "", False
    if evaluation.miscalibration is None:
        return None, "", False
    is_over = evaluation.miscalibration == "Overconfident"
    return evaluation.calibration.error, evaluation.confidence_summary, is_over


def _silent(stats: ActivationHistory | None, epoch: int) -> dict[str, float]:
    """Return the share of units with a constant output of each hidden layer, in the epoch whose weights were kept."""
    if stats is None or not len(stats.epochs):
        return {}
    last = int(np.searchsorted(stats.epochs, epoch).clip(0, len(stats.epochs) - 1))
    return dict(zip(stats.layers[:-1], stats.silent[last, :-1].tolist(), strict=True))


def _gradients(stats: ActivationHistory | None) -> dict[str, float]:
    """Return the median of |dW| before the first step, by layer with weights."""
    if stats is None or not len(stats.epochs):
        return {}
    found = {}
    for name, counts, (low, high) in zip(stats.layers, stats.gradients[0], stats.gradient_ends[0], strict=True):
        if counts.sum():
            middle = int(np.searchsorted(np.cumsum(counts), counts.sum() / 2))
            found[name] = 10 ** float(low + (high - low) * (middle + 0.5) / BINS)
    return found
