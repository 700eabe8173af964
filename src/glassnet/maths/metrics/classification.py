"""Classification metrics: accuracy, log loss, the confusion matrix, and precision, recall, and F1 per class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from glassnet.common import checks
from glassnet.common.arrays import Array, IntArray
from glassnet.maths.metrics.score import Score, as_numbers, checked_weights, weighted_mean


def accuracy(
    y: npt.ArrayLike,
    y_hat: npt.ArrayLike,
    sample_weight: npt.ArrayLike | None = None,
    classes: Sequence[str] | None = None,
) -> Score:
    """Accuracy: the share of correctly classified rows, Σ w [y = ŷ] / Σ w. Baseline: the most common class.

    Parameters
    ----------
    y : array-like of int, (n,)
        True class indices.
    y_hat : array-like of int, (n,)
        Predicted class indices.
    sample_weight : array-like, (n,), optional
        Sample weights.
    classes : sequence of str, optional
        Class names.

    Returns
    -------
    Score
        The accuracy, in [0, 1].

    Examples
    --------
    >>> print(accuracy([0, 1, 1, 1], [0, 1, 1, 0]))
    accuracy 0.7500 (baseline 0.7500: always '1')
    """
    y, y_hat = class_labels("y", y), class_labels("y_hat", y_hat)
    checks.same_shape("y", y, "y_hat", y_hat)
    w = checked_weights(sample_weight, len(y))
    shares = class_shares(y, w, int(y.max()) + 1)
    common = int(shares.argmax())
    return Score(
        weighted_mean(y == y_hat, w),
        "accuracy",
        shares[common],
        f"always {names_of_classes(classes, len(shares))[common]!r}",
    )


def top_k_accuracy(
    y: npt.ArrayLike,
    probabilities: npt.ArrayLike,
    k: int = 3,
    sample_weight: npt.ArrayLike | None = None,
    classes: Sequence[str] | None = None,
) -> Score:
    """Top-k accuracy: the share of rows whose true class is among the k most probable ones.

    Baseline: always the k most common classes.

    Parameters
    ----------
    y : array-like of int, (n,)
        True class indices.
    probabilities : array-like, (n, classes)
        Probabilities or any other scores; among equal ones, the lower class comes first.
    k : int, default 3
        Number of classes.
    sample_weight : array-like, (n,), optional
        Sample weights.
    classes : sequence of str, optional
        Class names.

    Returns
    -------
    Score
        The accuracy, in [0, 1].

    Examples
    --------
    >>> print(top_k_accuracy([0, 1, 2], np.array([[0.5, 0.3, 0.2], [0.5, 0.3, 0.2], [0.5, 0.3, 0.2]]), k=2))
    top-2 accuracy 0.6667 (baseline 0.6667: always one of '0', '1')
    """
    y, p = class_labels("y", y), as_numbers("probabilities", probabilities)
    check_rows(y, p)
    k = checks.whole_number("k", k, at_least=1)
    w = checked_weights(sample_weight, len(y))
    own = p[np.arange(len(y)), y][:, None]  # (n, 1), what the true class got
    before = (p > own) | ((p == own) & (np.arange(p.shape[1]) < y[:, None]))  # (n, classes), ranked ahead of it
    shares = class_shares(y, w, p.shape[1])
    common = np.argsort(-shares, kind="stable")[:k]
    listed = ", ".join(repr(names_of_classes(classes, p.shape[1])[c]) for c in sorted(common))
    return Score(
        weighted_mean(before.sum(axis=1) < k, w), f"top-{k} accuracy", shares[common].sum(), f"always one of {listed}"
    )


def log_loss(y: npt.ArrayLike, probabilities: npt.ArrayLike, sample_weight: npt.ArrayLike | None = None) -> Score:
    """Log loss (cross entropy): −Σ w log p[y] / Σ w. Baseline: the class frequencies.

    As in scikit-learn, probabilities are clipped at the dtype's machine epsilon, so that one row cannot make the loss
    infinite.

    Parameters
    ----------
    y : array-like of int, (n,)
        True class indices.
    probabilities : array-like, (n, classes)
        Predicted probabilities; every row sums to one.
    sample_weight : array-like, (n,), optional
        Sample weights.

    Returns
    -------
    Score
        The loss, at least 0.

    Examples
    --------
    >>> print(log_loss([0, 1], np.array([[0.5, 0.5], [0.25, 0.75]])))
    log loss 0.4904 (baseline 0.6931: the class shares)
    """
    y, p = class_labels("y", y), as_numbers("probabilities", probabilities)
    check_rows(y, p)
    smallest = np.finfo(np.result_type(np.asarray(probabilities), np.float32)).eps
    sums = p.sum(axis=1)
    wrong = np.flatnonzero((np.abs(sums - 1) > 1e-3) | (p < 0).any(axis=1))
    if len(wrong):
        raise ValueError(
            f"row {wrong[0]} of probabilities sums to {sums[wrong[0]]:g} or contains a number below 0; "
            "give numbers from 0 to 1 that sum to 1 in each row, such as a softmax's"
        )
    w = checked_weights(sample_weight, len(y))
    shares = class_shares(y, w, p.shape[1])
    own = np.maximum(p[np.arange(len(y)), y], smallest)  # (n,), what the true class got
    entropy = float(np.sum(shares[shares > 0] * np.log(1 / shares[shares > 0])))
    return Score(weighted_mean(np.log(1 / own), w), "log loss", entropy, "the class shares")


def majority_class(y: npt.ArrayLike) -> int:
    """Return the most common class; among equally common ones, the lowest.

    Parameters
    ----------
    y : array-like of int, (n,)
        Class indices.

    Returns
    -------
    int
        The class index.

    Examples
    --------
    >>> majority_class(np.array([3, 1, 1, 3, 0]))
    1
    """
    return int(np.bincount(class_labels("y", y)).argmax())


@dataclass(frozen=True, eq=False)
class ConfusionMatrix:
    """Confusion matrix: counts[t, p] rows of true class t were predicted as class p. Prints as an aligned table.

    Attributes
    ----------
    counts : IntArray, (classes, classes)
        Number of rows by true and predicted class.
    classes : tuple of str
        Class names.
    """

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
    r"""Return the confusion matrix of true against predicted classes.

    Parameters
    ----------
    y : array-like of int, (n,)
        True class indices.
    y_hat : array-like of int, (n,)
        Predicted class indices.
    classes : sequence of str, or int, optional
        Class names, or the number of classes if not all of them occur.

    Returns
    -------
    ConfusionMatrix
        The counts.

    Examples
    --------
    >>> print(confusion_matrix([0, 0, 1, 1], [0, 1, 1, 1], ["cat", "dog"]))
    true \ predicted  cat  dog
    cat                 1    1
    dog                 .    2
    accuracy 0.7500 (baseline 0.5000: always 'cat')
    """
    y, y_hat = class_labels("y", y), class_labels("y_hat", y_hat)
    checks.same_shape("y", y, "y_hat", y_hat)
    k = int(max(y.max(), y_hat.max())) + 1
    if isinstance(classes, int):
        classes = [str(c) for c in range(classes)]
    labels = names_of_classes(classes, k)
    k = len(labels)
    return ConfusionMatrix(np.bincount(y * k + y_hat, minlength=k * k).reshape(k, k), labels)


@dataclass(frozen=True, eq=False)
class ClassReport:
    """Precision, recall, and F1 per class, with the baseline of always predicting that class.

    This constant prediction has recall 1, precision `share`, and F1 `baseline_f1`.

    Attributes
    ----------
    precision : Array, (classes,)
        Share of the predictions of a class that are correct.
    recall : Array, (classes,)
        Share of the rows of a class that are found.
    f1 : Array, (classes,)
        Harmonic mean of precision and recall.
    support : IntArray, (classes,)
        Number of rows of each class.
    share : Array, (classes,)
        Share of each class among the rows.
    baseline_f1 : Array, (classes,)
        F1 of always predicting the class.
    classes : tuple of str
        Class names.
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
    """Return precision, recall, and F1 of every class.

    F1 = 2 · precision · recall / (precision + recall). A ratio of 0/0 counts as 0. The last printed line holds the
    unweighted means over the classes and the number of rows.

    Parameters
    ----------
    y : array-like of int, (n,)
        True class indices.
    y_hat : array-like of int, (n,)
        Predicted class indices.
    classes : sequence of str, or int, optional
        Class names, or the number of classes if not all of them occur.

    Returns
    -------
    ClassReport
        The metrics per class; prints as a table.

    Examples
    --------
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


def class_labels(name: str, values: npt.ArrayLike) -> IntArray:
    """Return class indices as int64, (n,); raise ValueError if they are invalid."""
    labels = np.asarray(values)
    if labels.ndim != 1 or labels.dtype.kind not in "iu":
        raise TypeError(
            f"{name} must be class indices, whole numbers of shape (n,), got {labels.dtype} of shape {labels.shape}"
        )
    if not len(labels):
        raise ValueError(f"{name} is empty; there is nothing to measure")
    if labels.min() < 0:
        raise ValueError(f"{name} contains {labels.min()}; class indices count from 0")
    return labels.astype(np.int64)


def class_shares(y: IntArray, w: Array, k: int) -> Array:
    """Return every class's share of the rows, (k,)."""
    return np.bincount(y, weights=w, minlength=k) / w.sum()


def check_rows(y: IntArray, p: Array) -> None:
    """Raise ValueError for probabilities without one row per y and one column per class."""
    if p.ndim != 2 or len(p) != len(y) or p.shape[1] <= y.max():
        raise ValueError(
            f"probabilities must have the shape ({len(y)}, classes) with more than {y.max()} classes, got {p.shape}"
        )


def names_of_classes(classes: Sequence[str] | None, k: int) -> tuple[str, ...]:
    """Return the names of the classes: the given ones, at least `k`, or "0", "1", ..."""
    if classes is None:
        return tuple(str(c) for c in range(k))
    if len(classes) < k:
        raise ValueError(f"there are {len(classes)} classes, but class {k - 1} occurs; they count from 0")
    return tuple(str(name) for name in classes)


def _table(head: Sequence[str], labels: Sequence[str], cells: Sequence[Sequence[str]]) -> str:
    """Return lines of aligned columns: labels to the left, cells to the right."""
    rows = [list(head), *([label, *row] for label, row in zip(labels, cells, strict=True))]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    lines = []
    for label, *row in rows:
        right = (cell.rjust(width) for cell, width in zip(row, widths[1:], strict=True))
        lines.append("  ".join([label.ljust(widths[0]), *right]).rstrip())
    return "\n".join(lines)
