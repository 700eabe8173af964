"""How good the predictions are, in numbers a person reads, each beside what a constant prediction would get.

An accuracy of 0.90 is fine where the classes are even and worthless where nine rows of ten are of one class. So every
metric here returns a `Score`: a float that also knows its baseline, the value that the best constant prediction gets on
the same rows. `y` holds what is true, `y_hat` what was predicted; everything is computed in float64.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from glassnet.common import checks
from glassnet.common.arrays import Array, IntArray


class Score(float):
    """A number, the name of what it measures, and the baseline: what a constant prediction gets, and which one.

    >>> score = Score(0.9861, "accuracy", 0.1019, "always '8'")
    >>> print(score)
    accuracy 0.9861 (baseline 0.1019: always '8')
    >>> score > score.baseline, f"{score:.2f}"
    (True, '0.99')
    """

    name: str
    baseline: float
    constant: str

    def __new__(cls, value: float, name: str, baseline: float, constant: str) -> Self:
        """Make the float and remember the rest; a float cannot be filled in later, hence not in __init__."""
        score = super().__new__(cls, value)
        score.name, score.baseline, score.constant = name, float(baseline), constant
        return score

    def __str__(self) -> str:
        return f"{self.name} {_digits(self)} (baseline {_digits(self.baseline)}: {self.constant})"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (float(self), self.name, self.baseline, self.constant)


# ---- classes: y and y_hat are class indices (n,), probabilities are (n, classes) ----


def accuracy(
    y: npt.ArrayLike,
    y_hat: npt.ArrayLike,
    sample_weight: npt.ArrayLike | None = None,
    classes: Sequence[str] | None = None,
) -> Score:
    """Return the share of rows whose class was predicted: Σ w [y = ŷ] / Σ w. Baseline: always the most common class.

    `y` and `y_hat` are class indices (n,), `sample_weight` (n,) weighs the rows, `classes` gives the classes names.

    >>> print(accuracy([0, 1, 1, 1], [0, 1, 1, 0]))
    accuracy 0.7500 (baseline 0.7500: always '1')
    """
    y, y_hat = _labels("y", y), _labels("y_hat", y_hat)
    checks.same_shape("y", y, "y_hat", y_hat)
    w = _weights(sample_weight, len(y))
    shares = _shares(y, w, int(y.max()) + 1)
    common = int(shares.argmax())
    return Score(_mean(y == y_hat, w), "accuracy", shares[common], f"always {_names(classes, len(shares))[common]!r}")


def top_k_accuracy(
    y: npt.ArrayLike,
    probabilities: npt.ArrayLike,
    k: int = 3,
    sample_weight: npt.ArrayLike | None = None,
    classes: Sequence[str] | None = None,
) -> Score:
    """Return the share of rows whose class is among the k most probable ones. Baseline: always the k most common.

    `y` (n,) are class indices; `probabilities` (n, classes) may be any scores, of equal ones the lower class leads.

    >>> print(top_k_accuracy([0, 1, 2], np.array([[0.5, 0.3, 0.2], [0.5, 0.3, 0.2], [0.5, 0.3, 0.2]]), k=2))
    top-2 accuracy 0.6667 (baseline 0.6667: always one of '0', '1')
    """
    y, p = _labels("y", y), _numbers("probabilities", probabilities)
    _check_rows(y, p)
    k = checks.whole_number("k", k, at_least=1)
    w = _weights(sample_weight, len(y))
    own = p[np.arange(len(y)), y][:, None]  # (n, 1), what the true class got
    before = (p > own) | ((p == own) & (np.arange(p.shape[1]) < y[:, None]))  # (n, classes), ranked ahead of it
    shares = _shares(y, w, p.shape[1])
    common = np.argsort(-shares, kind="stable")[:k]
    listed = ", ".join(repr(_names(classes, p.shape[1])[c]) for c in sorted(common))
    return Score(_mean(before.sum(axis=1) < k, w), f"top-{k} accuracy", shares[common].sum(), f"always one of {listed}")


def log_loss(y: npt.ArrayLike, probabilities: npt.ArrayLike, sample_weight: npt.ArrayLike | None = None) -> Score:
    """Return how surprised the probabilities are by the truth: −Σ w log p[y] / Σ w. Baseline: the classes' own shares.

    `y` (n,) are class indices, `probabilities` (n, classes) sum to one in each row. As in scikit-learn, a probability
    counts as no less than the machine epsilon of its number format, so that one bad row does not make the loss inf.

    >>> print(log_loss([0, 1], np.array([[0.5, 0.5], [0.25, 0.75]])))
    log loss 0.4904 (baseline 0.6931: the class shares)
    """
    y, p = _labels("y", y), _numbers("probabilities", probabilities)
    _check_rows(y, p)
    smallest = np.finfo(np.result_type(np.asarray(probabilities), np.float32)).eps
    sums = p.sum(axis=1)
    wrong = np.flatnonzero((np.abs(sums - 1) > 1e-3) | (p < 0).any(axis=1))
    if len(wrong):
        raise ValueError(
            f"row {wrong[0]} of probabilities sums to {sums[wrong[0]]:g} or holds a number below 0; "
            "give numbers from 0 to 1 that sum to 1 in each row, such as a softmax's"
        )
    w = _weights(sample_weight, len(y))
    shares = _shares(y, w, p.shape[1])
    own = np.maximum(p[np.arange(len(y)), y], smallest)  # (n,), what the true class got
    entropy = float(np.sum(shares[shares > 0] * np.log(1 / shares[shares > 0])))
    return Score(_mean(np.log(1 / own), w), "log loss", entropy, "the class shares")


def majority_class(y: npt.ArrayLike) -> int:
    """Return the most common class of the class indices `y`, (n,); of equally common ones the lowest.

    >>> majority_class(np.array([3, 1, 1, 3, 0]))
    1
    """
    return int(np.bincount(_labels("y", y)).argmax())


@dataclass(frozen=True, eq=False)
class ConfusionMatrix:
    """Which class was taken for which: counts[t, p] rows of true class t were predicted as class p."""

    counts: IntArray
    classes: tuple[str, ...]

    @property
    def accuracy(self) -> Score:
        """The share of rows on the diagonal. Baseline: always the most common class."""
        n, rows = self.counts.sum(), self.counts.sum(axis=1)
        common = int(rows.argmax())
        return Score(np.trace(self.counts) / n, "accuracy", rows[common] / n, f"always {self.classes[common]!r}")

    def __str__(self) -> str:
        cells = [[str(count) if count else "." for count in row] for row in self.counts.tolist()]
        return _table(["true \\ predicted", *self.classes], self.classes, cells) + f"\n{self.accuracy}"


def confusion_matrix(
    y: npt.ArrayLike, y_hat: npt.ArrayLike, classes: Sequence[str] | int | None = None
) -> ConfusionMatrix:
    """Return the table of true against predicted classes; it prints aligned, with accuracy and baseline below.

    `y` and `y_hat` are class indices (n,); `classes` are the classes' names, or their number if not all of them occur.

    >>> print(confusion_matrix([0, 0, 1, 1], [0, 1, 1, 1], ["cat", "dog"]))
    true \\ predicted  cat  dog
    cat                 1    1
    dog                 .    2
    accuracy 0.7500 (baseline 0.5000: always 'cat')
    """
    y, y_hat = _labels("y", y), _labels("y_hat", y_hat)
    checks.same_shape("y", y, "y_hat", y_hat)
    k = int(max(y.max(), y_hat.max())) + 1
    if isinstance(classes, int):
        classes = [str(c) for c in range(classes)]
    labels = _names(classes, k)
    k = len(labels)
    return ConfusionMatrix(np.bincount(y * k + y_hat, minlength=k * k).reshape(k, k), labels)


@dataclass(frozen=True, eq=False)
class ClassReport:
    """Precision, recall and F1 of every class, (classes,) each, beside what always predicting that class would get.

    That constant's recall is 1, its precision `share`, the class's share of the rows, and its F1 `baseline_f1`.
    """

    precision: Array
    recall: Array
    f1: Array
    support: IntArray
    share: Array
    baseline_f1: Array
    classes: tuple[str, ...]

    def __str__(self) -> str:
        scores = np.stack([self.precision, self.recall, self.f1, self.share, self.baseline_f1], axis=1)
        cells = [[*(f"{x:.4f}" for x in row), str(n)] for row, n in zip(scores, self.support, strict=True)]
        # No baseline goes with the means: each class's is a constant of its own.
        cells.append([*(f"{x:.4f}" for x in scores[:, :3].mean(axis=0)), "", "", str(self.support.sum())])
        head = ["class", "precision", "recall", "F1", "share", "F1 if always", "rows"]
        return _table(head, [*self.classes, "mean"], cells)


def class_report(y: npt.ArrayLike, y_hat: npt.ArrayLike, classes: Sequence[str] | int | None = None) -> ClassReport:
    """Return per class: precision, the share of its predictions that are right; recall, the share of its rows found.

    F1 = 2 · precision · recall / (precision + recall). Where a share is one of nothing (0/0) it is 0. Parameters as for
    `confusion_matrix`; the last line printed holds the plain means over classes and the number of rows.

    >>> print(class_report([0, 0, 0, 1], [0, 0, 1, 1]))
    class  precision  recall      F1   share  F1 if always  rows
    0         1.0000  0.6667  0.8000  0.7500        0.8571     3
    1         0.5000  1.0000  0.6667  0.2500        0.4000     1
    mean      0.7500  0.8333  0.7333                           4
    """
    matrix = confusion_matrix(y, y_hat, classes)
    right = np.diagonal(matrix.counts)
    support, predicted = matrix.counts.sum(axis=1), matrix.counts.sum(axis=0)
    share = support / support.sum()
    precision, recall, f1 = (
        part / np.maximum(whole, 1)
        for part, whole in ((right, predicted), (right, support), (2 * right, predicted + support))
    )
    return ClassReport(precision, recall, f1, support, share, 2 * share / (1 + share), matrix.classes)


# ---- numbers: y and y_hat are (n,) or (n, outputs), of the same shape ----


def r2(y: npt.ArrayLike, y_hat: npt.ArrayLike, sample_weight: npt.ArrayLike | None = None) -> Score:
    """Return the share of y's variance that is explained: 1 − Σ w (y − ŷ)² / Σ w (y − mean)². Baseline: 0, the mean.

    For several outputs it is the plain mean of their R², as scikit-learn's default. An output that is constant in `y`
    counts 1 if it is predicted exactly, else 0.

    >>> print(r2([1.0, 2.0, 3.0], [1.0, 2.0, 4.0]))
    R2 0.5000 (baseline 0.0000: the mean 2)
    """
    y, y_hat, w = _pairs(y, y_hat, sample_weight)
    mean = _mean(y, w)
    left, spread = w @ (y - y_hat) ** 2, w @ (y - mean) ** 2  # (outputs,) each
    # max = min, since rounding gives constants a spread that is not exactly zero.
    counted = y[w > 0]
    constant = counted.max(axis=0) == counted.min(axis=0)
    values = np.where(constant, left == 0, 1 - left / np.where(constant, 1, spread))
    return Score(values.mean(), "R2", 0.0, _constant("mean", mean))


def rmse(y: npt.ArrayLike, y_hat: npt.ArrayLike, sample_weight: npt.ArrayLike | None = None) -> Score:
    """Return the root of the mean squared error, in y's own units: √(Σ w (y − ŷ)² / Σ w). Baseline: always the mean.

    For several outputs the mean is over all entries (scikit-learn takes a root per output and then their mean).

    >>> print(rmse([1.0, 2.0, 3.0], [1.0, 2.0, 4.0]))
    RMSE 0.5774 (baseline 0.8165: the mean 2)
    """
    y, y_hat, w = _pairs(y, y_hat, sample_weight)
    mean = _mean(y, w)
    value, baseline = (np.sqrt(_mean((y - guess) ** 2, w).mean()) for guess in (y_hat, mean))
    return Score(value, "RMSE", baseline, _constant("mean", mean))


def mae(y: npt.ArrayLike, y_hat: npt.ArrayLike, sample_weight: npt.ArrayLike | None = None) -> Score:
    """Return the mean absolute error, in y's own units: Σ w |y − ŷ| / Σ w. Baseline: always the median.

    For several outputs the mean is over all entries.

    >>> print(mae([1.0, 2.0, 6.0], [1.0, 2.0, 4.0]))
    MAE 0.6667 (baseline 1.6667: the median 2)
    """
    y, y_hat, w = _pairs(y, y_hat, sample_weight)
    median = _median(y, w)
    value, baseline = (_mean(np.abs(y - guess), w).mean() for guess in (y_hat, median))
    return Score(value, "MAE", baseline, _constant("median", median))


def l1(y: npt.ArrayLike, y_hat: npt.ArrayLike) -> Score:
    """Return the sum of the absolute errors: Σ |y − ŷ|. Baseline: always the median.

    >>> print(l1([1, 0, 0, 1, 1], [0.9, 0.2, 0.1, 0.4, 0.9]))
    L1 1.1000 (baseline 2.0000: the median 1)
    """
    y, y_hat, w = _pairs(y, y_hat, None)
    median = _median(y, w)
    return Score(np.abs(y - y_hat).sum(), "L1", np.abs(y - median).sum(), _constant("median", median))


def l2(y: npt.ArrayLike, y_hat: npt.ArrayLike) -> Score:
    """Return the sum of the squared errors: Σ (y − ŷ)². Baseline: always the mean.

    >>> print(l2([1, 0, 0, 1, 1], [0.9, 0.2, 0.1, 0.4, 0.9]))
    L2 0.4300 (baseline 1.2000: the mean 0.6)
    """
    y, y_hat, w = _pairs(y, y_hat, None)
    mean = _mean(y, w)
    return Score(((y - y_hat) ** 2).sum(), "L2", ((y - mean) ** 2).sum(), _constant("mean", mean))


# ---- what the metrics above share ----


def _labels(name: str, values: npt.ArrayLike) -> IntArray:
    """Return class indices as int64, (n,), or say what is wrong with them."""
    labels = np.asarray(values)
    if labels.ndim != 1 or labels.dtype.kind not in "iu":
        raise TypeError(
            f"{name} must be class indices, whole numbers of shape (n,), got {labels.dtype} of shape {labels.shape}"
        )
    if not len(labels):
        raise ValueError(f"{name} is empty; there is nothing to measure")
    if labels.min() < 0:
        raise ValueError(f"{name} holds {labels.min()}; class indices count from 0")
    return labels.astype(np.int64)


def _numbers(name: str, values: npt.ArrayLike) -> Array:
    """Return finite numbers as float64, so that neither uint8 wraps around nor float32 loses digits."""
    array = np.asarray(values)
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{name} must be numbers, got {array.dtype}")
    if array.ndim not in (1, 2) or not array.size:
        raise ValueError(f"{name} must have the shape (n,) or (n, columns) with n at least 1, got {array.shape}")
    array = array.astype(np.float64)
    checks.finite(name, array)
    return array


def _pairs(y: npt.ArrayLike, y_hat: npt.ArrayLike, sample_weight: npt.ArrayLike | None) -> tuple[Array, Array, Array]:
    """Return y and ŷ, (n, outputs) each, and the rows' weights, (n,)."""
    y, y_hat = _numbers("y", y), _numbers("y_hat", y_hat)
    checks.same_shape("y", y, "y_hat", y_hat)
    return y.reshape(len(y), -1), y_hat.reshape(len(y), -1), _weights(sample_weight, len(y))


def _weights(sample_weight: npt.ArrayLike | None, n: int) -> Array:
    """Return the rows' weights, (n,): ones if none are given."""
    if sample_weight is None:
        return np.ones(n)
    w = _numbers("sample_weight", sample_weight)
    if w.shape != (n,) or w.min() < 0 or w.sum() == 0:
        raise ValueError(
            f"sample_weight must be {n} numbers, none below 0 and not all 0, got shape {w.shape}, smallest {w.min():g}"
        )
    return w


def _mean(values: Array | npt.NDArray[np.bool_], w: Array) -> Any:
    """Return the weighted mean over rows: a number for (n,), (outputs,) for (n, outputs)."""
    return w @ values / w.sum()


def _shares(y: IntArray, w: Array, k: int) -> Array:
    """Return every class's share of the rows, (k,)."""
    return np.bincount(y, weights=w, minlength=k) / w.sum()


def _check_rows(y: IntArray, p: Array) -> None:
    """Refuse probabilities that do not have one row for each y and one column for each class."""
    if p.ndim != 2 or len(p) != len(y) or p.shape[1] <= y.max():
        raise ValueError(
            f"probabilities must have the shape ({len(y)}, classes) with more than {y.max()} classes, got {p.shape}"
        )


def _median(y: Array, w: Array) -> Array:
    """Return the median of every column, (outputs,): half the weight lies on either side."""
    medians = []
    for column in y.T:
        order = np.argsort(column)
        below = np.cumsum(w[order])
        # Where half the weight is reached exactly, any number up to the next value is a median; the middle is usual.
        low = np.searchsorted(below, below[-1] / 2, "left")
        high = np.searchsorted(below, below[-1] / 2, "right")
        medians.append((column[order[low]] + column[order[high]]) / 2)
    return np.array(medians)


def _names(classes: Sequence[str] | None, k: int) -> tuple[str, ...]:
    """Return the names of the classes: the given ones, at least `k`, or "0", "1", ..."""
    if classes is None:
        return tuple(str(c) for c in range(k))
    if len(classes) < k:
        raise ValueError(f"there are {len(classes)} classes, but class {k - 1} occurs; they count from 0")
    return tuple(str(name) for name in classes)


def _constant(word: str, values: Array) -> str:
    return f"the {word} {values[0]:.4g}" if len(values) == 1 else f"each output's {word}"


def _digits(x: float) -> str:
    """Return four decimals where they tell something, else four digits."""
    return f"{float(x):.4f}" if x == 0 or 1e-3 <= abs(x) < 1e6 else f"{float(x):.4g}"


def _table(head: Sequence[str], labels: Sequence[str], cells: Sequence[Sequence[str]]) -> str:
    """Return lines of aligned columns: labels to the left, cells to the right."""
    rows = [list(head), *([label, *row] for label, row in zip(labels, cells, strict=True))]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    lines = []
    for label, *row in rows:
        right = (cell.rjust(width) for cell, width in zip(row, widths[1:], strict=True))
        lines.append("  ".join([label.ljust(widths[0]), *right]).rstrip())
    return "\n".join(lines)
