"""Evaluation of a run on held-out rows: metrics with intervals, predictions, errors, calibration, and importances."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.common.arrays import AnyArray, Array, IntArray
from glassnet.common.numbers import percent
from glassnet.data.dataset import Dataset
from glassnet.data.tables.table import Table
from glassnet.diagnostics import Finding, finding_from_spec
from glassnet.maths import metrics
from glassnet.maths.calibration import CalibrationCurve, calibration_curve
from glassnet.maths.importance import Importance, permutation_importance
from glassnet.maths.intervals import Interval
from glassnet.maths.metrics import ClassReport
from glassnet.model import Model
from glassnet.runs.evaluate import SCORES

if TYPE_CHECKING:
    from glassnet.runs.run import Run

PARTS = ("test", "valid", "train")
"""The parts of the data in order of preference: a run is evaluated on the first of these that it has."""

IMBALANCED = 0.8
"""From this share of the most frequent class on, accuracy does not tell how good a model is."""

SCORE_NAMES = {
    "roc_auc": "ROC AUC",
    "pr_auc": "PR AUC",
    "balanced_accuracy": "balanced accuracy",
    "f1": "F1",
    "log_loss": "log loss",
    "brier": "Brier score",
}

MOST_COLUMNS = 200
MOST_IMPORTANCE_ROWS = 1000
IMPORTANCE_WORK = 2e8
"""Limit on the multiplications spent on importances: a few tenths of a second."""


def confused_pairs(counts: IntArray) -> list[tuple[int, int, int]]:
    """Return the confused pairs of classes, (true, predicted, count), most frequent first."""
    wrong = counts - np.diag(np.diag(counts))
    order = np.argsort(-wrong, axis=None, kind="stable")[: np.count_nonzero(wrong)]
    true, predicted = np.unravel_index(order, wrong.shape)
    return [(int(t), int(p), int(wrong[t, p])) for t, p in zip(true, predicted, strict=True)]


@dataclass(frozen=True, eq=False)
class Evaluation:
    """The evaluation of a run on its last split. `part_data` is None if the data are not available."""

    run: Run

    @property
    def metrics(self) -> dict[str, Any]:
        """The contents of metrics.json."""
        return self.run.metrics

    @property
    def has_classes(self) -> bool:
        """Whether this is classification; otherwise it is regression."""
        return self.run.model.class_names is not None

    @property
    def classes(self) -> tuple[str, ...]:
        """The class names; () for regression."""
        return tuple(map(str, self.run.model.class_names or ()))

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """The findings about the data and its splits, made when the model was trained."""
        return tuple(map(finding_from_spec, self.metrics.get("findings") or ()))

    @cached_property
    def part(self) -> str:
        """The part of the data that the result is of: "test", or the last one that exists."""
        key = "accuracy" if self.has_classes else "rmse"
        return next((part for part in PARTS if self.metrics.get(f"{part}_{key}") is not None), "test")

    @property
    def metric(self) -> str:
        """The name of the result in the metrics: "accuracy" or "rmse"."""
        return "accuracy" if self.has_classes else "rmse"

    @property
    def value(self) -> float:
        """The accuracy or RMSE."""
        return float(self.metrics.get(f"{self.part}_{self.metric}") or 0.0)

    @property
    def rows(self) -> int:
        """The number of rows evaluated."""
        return int(self.metrics.get(f"{self.part}_rows") or 0)

    def interval(self, metric: str | None = None) -> Interval | None:
        """Return the 95% interval of a metric, or None if it is unknown."""
        ends = self.metrics.get(f"{self.part}_{metric or self.metric}_interval")
        return None if ends is None else Interval(*ends)

    @property
    def baseline(self) -> float | None:
        """The result of the best constant prediction on the same rows."""
        return self.metrics.get("majority_baseline" if self.has_classes else "baseline_rmse")

    @property
    def is_better(self) -> bool | None:
        """Whether the 95% interval lies above the baseline (True) or below it (False); None if it includes it.

        The interval is that of the metric in `judged_by`.
        """
        metric, bar = self.judged_by
        interval = self.interval(metric)
        if interval is None or bar is None:
            return None
        if interval.low > bar:
            return True
        # R² compares with the mean of the same rows, the baseline with that of the training set.
        is_closer = metric == "r2" and self.baseline is not None and self.value < self.baseline
        return False if interval.high < bar and not is_closer else None

    @property
    def judged_by(self) -> tuple[str, float | None]:
        """The metric that decides whether the run is better than its baseline, and that baseline.

        For regression R², whose baseline is 0: RMSE and its baseline depend on the same rows. For imbalanced classes,
        or if class weights or a threshold trade accuracy for recall, ROC AUC, or balanced accuracy where that has no
        interval.
        """
        if not self.has_classes:
            return "r2", 0.0
        if self.is_imbalanced or self.trades_accuracy:
            for metric in ("roc_auc", "balanced_accuracy"):
                if self.interval(metric) is not None:
                    return metric, self.metrics.get(f"baseline_{metric}")
        return "accuracy", self.baseline

    @property
    def is_imbalanced(self) -> bool:
        """Whether most rows are of one class."""
        return self.has_classes and (self.baseline or 0.0) >= IMBALANCED

    @property
    def trades_accuracy(self) -> bool:
        """Whether class weights or a threshold other than 0.5 trade accuracy for the recall of rare classes."""
        return self.run.recipe.class_weight is not None or self.run.model.threshold != 0.5

    @property
    def scores(self) -> list[tuple[str, float, float]]:
        """The metrics of classes beside accuracy: name, value, and baseline of each."""
        return scores_of(self.metrics, self.part)

    # ---- from the confusion matrix, with or without the data ----

    @cached_property
    def counts(self) -> IntArray | None:
        """The confusion matrix, (classes, classes): true classes by row, predicted classes by column."""
        counts = self.metrics.get("confusion_matrix")
        return None if counts is None else np.array(counts, dtype=np.int64)

    @cached_property
    def class_report(self) -> ClassReport | None:
        """Precision, recall, and F1 of each class."""
        if self.counts is None or not self.counts.sum():
            return None
        pairs = np.repeat(np.arange(self.counts.size), self.counts.ravel())
        true, predicted = np.divmod(pairs, len(self.counts))
        return metrics.class_report(true, predicted, self.classes)

    @property
    def confused_pairs(self) -> list[tuple[int, int, int]]:
        """The confused pairs of classes, (true, predicted, count), most frequent first."""
        return [] if self.counts is None else confused_pairs(self.counts)

    # ---- from the rows themselves ----

    @property
    def part_data(self) -> Dataset | None:
        """The rows evaluated, before preprocessing."""
        return self.run.parts.get(self.part)

    @cached_property
    def output(self) -> Array:
        """The model's output for the rows, (n, outputs)."""
        assert self.part_data is not None
        known = self.run.output
        return self.run.model.outputs(self.part_data.X) if known is None else known

    @cached_property
    def predictions(self) -> AnyArray:
        """The predictions: class indices (n,), or numbers shaped like y."""
        assert self.part_data is not None
        if self.has_classes:
            return self.run.model.decide(self.output)
        return self.output.reshape(self.part_data.y.shape)

    @cached_property
    def probabilities(self) -> Array:
        """The probability of every class, (n, classes)."""
        return np.hstack([1 - self.output, self.output]) if self.output.shape[1] == 1 else self.output

    @cached_property
    def is_correct(self) -> AnyArray:
        """Which predictions are correct, (n,)."""
        assert self.part_data is not None
        return self.predictions == self.part_data.y

    @cached_property
    def confidence(self) -> Array:
        """The probability of each predicted class, (n,)."""
        return self.probabilities[np.arange(len(self.predictions)), self.predictions]

    @cached_property
    def calibration(self) -> CalibrationCurve:
        """Accuracy against confidence, in bins."""
        return calibration_curve(self.is_correct, self.confidence)

    @cached_property
    def miscalibration(self) -> str | None:
        """ "Overconfident" or "Underconfident", None if the mean confidence is within the interval of the accuracy."""
        mean = float(self.confidence.mean())
        low, high = self.interval() or (self.value - 0.05, self.value + 0.05)
        if low <= mean <= high:
            return None
        return "Overconfident" if mean > self.value else "Underconfident"

    @property
    def confidence_summary(self) -> str:
        """The mean confidence next to the accuracy: "Underconfident: mean confidence 85.7%, accuracy 99.0%"."""
        mean, verdict = float(self.confidence.mean()), self.miscalibration or "No significant miscalibration"
        return f"{verdict}: mean confidence {percent(mean)}, accuracy {percent(self.value, self.rows)}"

    @cached_property
    def hardest(self) -> IntArray:
        """The row indices from the worst prediction to the best, (n,).

        For classification by the probability of the true class, lowest first; for regression by squared error.
        """
        part = self.part_data
        assert part is not None
        if self.has_classes:
            return np.argsort(self.probabilities[np.arange(len(part)), part.y], kind="stable")
        return np.argsort(-self.squared_errors, kind="stable")

    @cached_property
    def squared_errors(self) -> Array:
        """The squared error of every row, summed over all outputs, (n,)."""
        part = self.part_data
        assert part is not None
        return ((self.predictions - part.y) ** 2).reshape(len(part), -1).sum(axis=1)

    @cached_property
    def row_scores(self) -> Array:
        """A score of each row, (n,), higher being better; see `row_scores`."""
        assert self.part_data is not None
        return row_scores(self.run.model, self.part_data.y, self.output)

    @cached_property
    def importance(self) -> Importance | None:
        """The permutation importance of every column of a table; None for images and tables with too many columns."""
        part = self.part_data
        if part is None or part.image_shape is not None or part.features > MOST_COLUMNS or len(part) < 2:
            return None
        network, model = self.run.model.networks[0], self.run.model
        each = len(self.run.model.networks) * network.parameters.size * part.features
        rows = min(len(part), MOST_IMPORTANCE_ROWS, max(50, int(IMPORTANCE_WORK / each)))
        few = part.take(np.arange(rows))
        X = few.X.loaded() if isinstance(few.X, Table) else few.X

        def score(X: Any) -> Array:
            return row_scores(model, few.y, model.outputs(X))

        repeats = min(10, max(3, int(IMPORTANCE_WORK / (each * rows))))
        return permutation_importance(score, X, repeats)


def judgement(evaluation: Evaluation) -> str:
    """Return the metric that a run is judged by, with its value and its interval: "ROC AUC 0.724 (0.660 to 0.780)"."""
    metric, _ = evaluation.judged_by
    value, ends = evaluation.metrics.get(f"{evaluation.part}_{metric}"), evaluation.interval(metric)
    text = SCORE_NAMES.get(metric, metric) + ("" if value is None else f" {value:.3f}")
    return text if ends is None else f"{text} ({ends.low:.3f} to {ends.high:.3f})"


def scores_of(measured: Mapping[str, Any], part: str) -> list[tuple[str, float, float]]:
    """Return the metrics of classes beside accuracy of a split: name, value, and baseline of each."""
    names = SCORE_NAMES if measured.get("positive_class") is not None else SCORE_NAMES | {"f1": "macro F1"}
    found = ((names[key], measured.get(f"{part}_{key}"), measured.get(f"baseline_{key}")) for key in SCORES)
    return [(name, value, bar) for name, value, bar in found if value is not None and bar is not None]


def row_scores(model: Model, y: AnyArray, output: Array) -> Array:
    """Return a score of each row, (n,), higher being better: minus its log loss; for numbers, its part of R²."""
    if model.class_names is not None:
        own = model.probabilities_of(output)[np.arange(len(y)), y].astype(np.float64)
        return np.log(np.maximum(own, np.finfo(np.float32).eps))
    true, predicted = (values.reshape(len(y), -1).astype(np.float64) for values in (y, output))
    spread = true.var(axis=0)
    return 1 - np.mean((true - predicted) ** 2 / np.where(spread > 0, spread, 1), axis=1)
