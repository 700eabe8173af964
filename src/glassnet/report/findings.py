"""What a run has shown on the rows it was measured on: how good it is, how sure that is, and where it goes wrong."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from glassnet.common.arrays import AnyArray, Array, IntArray
from glassnet.data.dataset import Dataset
from glassnet.data.tables.table import Table
from glassnet.maths import metrics
from glassnet.maths.calibration import Reliability, calibration_curve
from glassnet.maths.importance import Importance, permutation_importance
from glassnet.maths.intervals import Interval
from glassnet.maths.metrics import ClassReport
from glassnet.network.decisions import decide
from glassnet.runs.run import Run

PARTS = ("test", "valid", "train")
"""Where to look for the rows that a run was measured on: the first of these that it has."""

MOST_COLUMNS = 200
MOST_IMPORTANCE_ROWS = 1000
IMPORTANCE_WORK = 2e8
"""How many multiplications measuring importances may take, about: a few tenths of a second."""


def mixed_up(counts: IntArray) -> list[tuple[int, int, int]]:
    """Return the pairs of classes that are mixed up: true, predicted, how often; the most frequent first."""
    wrong = counts - np.diag(np.diag(counts))
    order = np.argsort(-wrong, axis=None, kind="stable")[: np.count_nonzero(wrong)]
    true, predicted = np.unravel_index(order, wrong.shape)
    return [(int(t), int(p), int(wrong[t, p])) for t, p in zip(true, predicted, strict=True)]


@dataclass(frozen=True, eq=False)
class Findings:
    """A run and what is known of its last part. Without the data, `rows_of_part` is None, and so is what needs them."""

    run: Run

    @property
    def metrics(self) -> dict[str, Any]:
        """The numbers of metrics.json."""
        return self.run.metrics

    @property
    def has_classes(self) -> bool:
        """Whether classes are told apart; else numbers are predicted."""
        return self.run.model.class_names is not None

    @property
    def classes(self) -> tuple[str, ...]:
        """The names of the classes; () where numbers are predicted."""
        return tuple(map(str, self.run.model.class_names or ()))

    @cached_property
    def part(self) -> str:
        """The part that the result is of: "test", or the last one there is."""
        key = "accuracy" if self.has_classes else "rmse"
        return next((part for part in PARTS if self.metrics.get(f"{part}_{key}") is not None), "test")

    @property
    def metric(self) -> str:
        """What the result is called in the metrics: "accuracy" or "rmse"."""
        return "accuracy" if self.has_classes else "rmse"

    @property
    def value(self) -> float:
        """The result."""
        return float(self.metrics.get(f"{self.part}_{self.metric}") or 0.0)

    @property
    def rows(self) -> int:
        """How many rows the result is of."""
        return int(self.metrics.get(f"{self.part}_rows") or 0)

    def interval(self, metric: str | None = None) -> Interval | None:
        """Return the 95 % interval of a result; None where it is not known."""
        ends = self.metrics.get(f"{self.part}_{metric or self.metric}_interval")
        return None if ends is None else Interval(*ends)

    @property
    def baseline(self) -> float | None:
        """What the best constant prediction gets on the same rows."""
        return self.metrics.get("majority_baseline" if self.has_classes else "baseline_rmse")

    @property
    def is_better(self) -> bool | None:
        """Whether the result beats its baseline, or falls short of it, beyond doubt; None if chance could do either.

        Of numbers R² decides, whose baseline is 0: an RMSE and its baseline rise and fall with the same rows.
        """
        interval = self.interval("accuracy" if self.has_classes else "r2")
        bar = self.baseline if self.has_classes else 0.0
        if interval is None or bar is None:
            return None
        return True if interval.low > bar else False if interval.high < bar else None

    # ---- what the confusion matrix tells, with or without the data ----

    @cached_property
    def counts(self) -> IntArray | None:
        """The confusion matrix, (classes, classes): true by row, predicted by column."""
        counts = self.metrics.get("confusion_matrix")
        return None if counts is None else np.array(counts, dtype=np.int64)

    @cached_property
    def by_class(self) -> ClassReport | None:
        """Precision, recall and F1 of every class."""
        if self.counts is None or not self.counts.sum():
            return None
        pairs = np.repeat(np.arange(self.counts.size), self.counts.ravel())
        true, predicted = np.divmod(pairs, len(self.counts))
        return metrics.class_report(true, predicted, self.classes)

    @property
    def confused(self) -> list[tuple[int, int, int]]:
        """The pairs that are mixed up: true class, predicted class, how often; the most frequent first."""
        return [] if self.counts is None else mixed_up(self.counts)

    # ---- what needs the rows themselves ----

    @property
    def rows_of_part(self) -> Dataset | None:
        """The rows that the result is of, raw."""
        return self.run.parts.get(self.part)

    @cached_property
    def output(self) -> Array:
        """The model's output for the rows, (n, outputs)."""
        assert self.rows_of_part is not None
        known = self.run.output
        return self.run.model.outputs(self.rows_of_part.X) if known is None else known

    @cached_property
    def answers(self) -> AnyArray:
        """The model's answers: class indices (n,), or numbers shaped like y."""
        assert self.rows_of_part is not None
        if self.has_classes:
            return decide(self.output, self.run.model.network.output_kind)
        return self.output.reshape(self.rows_of_part.y.shape)

    @cached_property
    def probabilities(self) -> Array:
        """The probability of every class, (n, classes)."""
        return np.hstack([1 - self.output, self.output]) if self.output.shape[1] == 1 else self.output

    @cached_property
    def is_right(self) -> AnyArray:
        """Which rows are answered rightly, (n,)."""
        assert self.rows_of_part is not None
        return self.answers == self.rows_of_part.y

    @cached_property
    def sure(self) -> Array:
        """The probability that each answer is given with, (n,)."""
        return self.probabilities[np.arange(len(self.answers)), self.answers]

    @cached_property
    def reliability(self) -> Reliability:
        """Whether the model is as often right as it says."""
        return calibration_curve(self.is_right, self.sure)

    @cached_property
    def hardest(self) -> IntArray:
        """The rows by how badly the model does, worst first, (n,).

        Of classes these are the rows whose true class it gave the lowest probability; of numbers the largest errors.
        """
        part = self.rows_of_part
        assert part is not None
        if self.has_classes:
            return np.argsort(self.probabilities[np.arange(len(part)), part.y], kind="stable")
        return np.argsort(-self.squared_errors, kind="stable")

    @cached_property
    def squared_errors(self) -> Array:
        """The squared error of every row, over all numbers predicted, (n,)."""
        part = self.rows_of_part
        assert part is not None
        return ((self.answers - part.y) ** 2).reshape(len(part), -1).sum(axis=1)

    @cached_property
    def importance(self) -> Importance | None:
        """How much the model leans on every column of a table; None where there is none, or there are too many."""
        part = self.rows_of_part
        if part is None or part.image_shape is not None or part.features > MOST_COLUMNS or len(part) < 2:
            return None
        network, model = self.run.model.networks[0], self.run.model
        each = len(self.run.model.networks) * network.parameters.size * part.features
        rows = min(len(part), MOST_IMPORTANCE_ROWS, max(50, int(IMPORTANCE_WORK / each)))
        few = part.take(np.arange(rows))
        X = few.X.loaded() if isinstance(few.X, Table) else few.X

        def score(X: Any) -> float:
            output = model.outputs(X)
            if self.has_classes:
                return float(np.mean(decide(output, model.network.output_kind) == few.y))
            return float(metrics.r2(few.y, output.reshape(few.y.shape)))

        repeats = min(10, max(3, int(IMPORTANCE_WORK / (each * rows))))
        return permutation_importance(score, X, repeats)


def rounded_share(share: float, rows: int = 0) -> str:
    """Return a share in percent, with as many digits as that many rows can tell apart.

    >>> rounded_share(0.98765, 719), rounded_share(0.98765, 10_000), rounded_share(1.0)
    ('98.8\xa0%', '98.77\xa0%', '100\xa0%')
    """
    if share == 1:
        return "100\N{NO-BREAK SPACE}%"
    return f"{100 * share:.{max(1, len(str(rows)) - 3)}f}\N{NO-BREAK SPACE}%"


def rounded(value: float, digits: int = 4) -> str:
    """Return a number in so many digits, a large one in full, with a minus that is as wide as a plus.

    >>> rounded(-59.71834), rounded(1234567.0), rounded(0.00001234)
    ('−59.72', '1,234,567', '1.234e−05')
    """
    text = f"{value:,.0f}" if 10**digits <= abs(value) < 1e15 else f"{value:.{digits}g}"
    return text.replace("-", "−")
