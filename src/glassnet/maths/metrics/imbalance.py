"""Metrics that hold for imbalanced classes: ROC AUC, average precision, balanced accuracy, F1, and the Brier score.

An accuracy of 0.94 is that of a constant if 94% of the rows are of one class. These metrics have baselines that do not
rise with the imbalance, or rise with it visibly.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from glassnet.common import checks
from glassnet.common.arrays import AnyArray, Array, IntArray
from glassnet.maths.metrics.classification import check_rows, class_labels, class_shares, names_of_classes
from glassnet.maths.metrics.score import Score, as_numbers, checked_weights, weighted_mean


def roc_auc(y: npt.ArrayLike, probabilities: npt.ArrayLike, sample_weight: npt.ArrayLike | None = None) -> Score:
    """ROC AUC: the probability that a row of a class gets a higher probability of it than a row of another class.

    Ties count one half: Σ w w' ([p > p'] + ½ [p = p']) / Σ w w' over the pairs of a row of the class and another row.
    For more than two classes, the unweighted mean of one class against the rest, over the classes that occur. NaN if
    only one class occurs. Baseline: 0.5, any constant.

    Parameters
    ----------
    y : array-like of int, (n,)
        True class indices.
    probabilities : array-like, (n, classes)
        Probabilities or other scores.
    sample_weight : array-like, (n,), optional
        Sample weights.

    Returns
    -------
    Score
        The area under the ROC curve, in [0, 1].

    References
    ----------
    Fawcett, "An introduction to ROC analysis", Pattern Recognition Letters 2006.

    Examples
    --------
    >>> print(roc_auc([0, 0, 1, 1], np.array([[0.9, 0.1], [0.6, 0.4], [0.65, 0.35], [0.2, 0.8]])))
    ROC AUC 0.7500 (baseline 0.5000: any constant)
    """
    y, p, w = _scored(y, probabilities, sample_weight)
    return _roc_auc(_steps_by_class(y, p, w, _measured_classes(p)))


def average_precision(
    y: npt.ArrayLike,
    probabilities: npt.ArrayLike,
    sample_weight: npt.ArrayLike | None = None,
    positive: int = 1,
) -> Score:
    """Average precision, the area under the precision-recall curve (PR AUC): Σ (Rₖ − Rₖ₋₁) Pₖ over the thresholds.

    Pₖ and Rₖ are precision and recall of the positive class if rows from the k-th highest probability on are predicted
    as it. For more than two classes, the unweighted mean over the classes that occur. NaN if the positive class does
    not occur, or no other one. Baseline: the share of the positive class.

    Parameters
    ----------
    y : array-like of int, (n,)
        True class indices.
    probabilities : array-like, (n, classes)
        Probabilities or other scores.
    sample_weight : array-like, (n,), optional
        Sample weights.
    positive : int, default 1
        The positive class of two.

    Returns
    -------
    Score
        The average precision, in [0, 1].

    References
    ----------
    Saito & Rehmsmeier, "The precision-recall plot is more informative than the ROC plot when evaluating binary
    classifiers on imbalanced datasets", PLoS ONE 2015.

    Examples
    --------
    >>> print(average_precision([0, 0, 1, 1], np.array([[0.9, 0.1], [0.6, 0.4], [0.65, 0.35], [0.2, 0.8]])))
    PR AUC 0.8333 (baseline 0.5000: any constant)
    """
    y, p, w = _scored(y, probabilities, sample_weight)
    return _average_precision(_steps_by_class(y, p, w, _measured_classes(p, positive)))


def ranking_scores(
    y: npt.ArrayLike,
    probabilities: npt.ArrayLike,
    sample_weight: npt.ArrayLike | None = None,
    positive: int = 1,
) -> tuple[Score, Score]:
    """ROC AUC and average precision: both rank the rows, so together they sort the rows once per class.

    Parameters
    ----------
    y : array-like of int, (n,)
        True class indices.
    probabilities : array-like, (n, classes)
        Probabilities or other scores.
    sample_weight : array-like, (n,), optional
        Sample weights.
    positive : int, default 1
        The positive class of two, of average precision.

    Returns
    -------
    tuple of Score
        `roc_auc` and `average_precision`.

    Examples
    --------
    >>> for score in ranking_scores([0, 0, 1, 1], np.array([[0.9, 0.1], [0.6, 0.4], [0.65, 0.35], [0.2, 0.8]])):
    ...     print(score)
    ROC AUC 0.7500 (baseline 0.5000: any constant)
    PR AUC 0.8333 (baseline 0.5000: any constant)
    """
    y, p, w = _scored(y, probabilities, sample_weight)
    ranked, precise = _measured_classes(p), _measured_classes(p, positive)
    steps = _steps_by_class(y, p, w, sorted({*ranked, *precise}))
    return (
        _roc_auc({k: steps[k] for k in ranked if k in steps}),
        _average_precision({k: steps[k] for k in precise if k in steps}),
    )


def balanced_accuracy(y: npt.ArrayLike, y_hat: npt.ArrayLike, sample_weight: npt.ArrayLike | None = None) -> Score:
    """Balanced accuracy: the mean recall of the classes that occur. Baseline: 1 / classes, any constant.

    Parameters
    ----------
    y : array-like of int, (n,)
        True class indices.
    y_hat : array-like of int, (n,)
        Predicted class indices.
    sample_weight : array-like, (n,), optional
        Sample weights.

    Returns
    -------
    Score
        The balanced accuracy, in [0, 1].

    Examples
    --------
    >>> print(balanced_accuracy([0, 0, 0, 1], [0, 0, 1, 1]))
    balanced accuracy 0.8333 (baseline 0.5000: any constant)
    """
    right, true, _ = _counts(y, y_hat, sample_weight)
    occurs = true > 0
    return Score((right[occurs] / true[occurs]).mean(), "balanced accuracy", 1 / occurs.sum(), "any constant")


def f1(
    y: npt.ArrayLike,
    y_hat: npt.ArrayLike,
    sample_weight: npt.ArrayLike | None = None,
    positive: int | None = None,
    classes: Sequence[str] | None = None,
) -> Score:
    """F1: the harmonic mean of precision and recall, 2 TP / (2 TP + FP + FN); 0/0 counts as 0.

    Of the positive class, or without one, the unweighted mean over the classes that occur in y or ŷ (macro F1).
    Baseline: always the positive class, or the most common one.

    Parameters
    ----------
    y : array-like of int, (n,)
        True class indices.
    y_hat : array-like of int, (n,)
        Predicted class indices.
    sample_weight : array-like, (n,), optional
        Sample weights.
    positive : int, optional
        The positive class.
    classes : sequence of str, optional
        Class names.

    Returns
    -------
    Score
        F1, in [0, 1].

    Examples
    --------
    >>> print(f1([0, 0, 0, 1], [0, 0, 1, 1], positive=1))
    F1 0.6667 (baseline 0.4000: always '1')
    >>> print(f1([0, 0, 0, 1], [0, 0, 1, 1]))
    macro F1 0.7333 (baseline 0.4286: always '0')
    """
    right, true, predicted = _counts(y, y_hat, sample_weight, 0 if positive is None else positive + 1)
    scores = 2 * right / np.where(true + predicted > 0, true + predicted, 1)
    share = true / true.sum()
    always = 2 * share / (1 + share)  # (classes,), F1 of a class that is always predicted
    named = names_of_classes(classes, len(true))
    if positive is not None:
        return Score(scores[positive], "F1", always[positive], f"always {named[positive]!r}")
    common = int(share.argmax())
    occurs = (true > 0) | (predicted > 0)
    baseline = always[common] / np.count_nonzero(true > 0)
    return Score(scores[occurs].mean(), "macro F1", baseline, f"always {named[common]!r}")


def brier_score(y: npt.ArrayLike, probabilities: npt.ArrayLike, sample_weight: npt.ArrayLike | None = None) -> Score:
    """Brier score: the mean squared error of the probabilities, Σ w Σₖ (pₖ − [y = k])² / Σ w; half of it for 2 classes.

    For two classes, this is the mean of (p − y)², with the probability p of class 1. Baseline: the class shares.

    Parameters
    ----------
    y : array-like of int, (n,)
        True class indices.
    probabilities : array-like, (n, classes)
        Predicted probabilities.
    sample_weight : array-like, (n,), optional
        Sample weights.

    Returns
    -------
    Score
        The score, in [0, 1] for two classes, else in [0, 2].

    References
    ----------
    Brier, "Verification of forecasts expressed in terms of probability", Monthly Weather Review 1950.

    Examples
    --------
    >>> print(brier_score([0, 1], np.array([[0.5, 0.5], [0.25, 0.75]])))
    Brier score 0.1562 (baseline 0.2500: the class shares)
    """
    y, p, w = _scored(y, probabilities, sample_weight)
    shares = class_shares(y, w, p.shape[1])
    half = 0.5 if p.shape[1] == 2 else 1.0
    # Σₖ (pₖ − [y = k])² = Σₖ pₖ² − 2 p[y] + 1, which needs no one-hot rows
    own = np.square(p).sum(axis=1) - 2 * p[np.arange(len(y)), y] + 1
    value, baseline = half * float(weighted_mean(own, w)), half * (1 - float(np.square(shares).sum()))
    return Score(max(value, 0.0), "Brier score", max(baseline, 0.0), "the class shares")


# ---- what the metrics above share ----


def _scored(
    y: npt.ArrayLike, probabilities: npt.ArrayLike, sample_weight: npt.ArrayLike | None
) -> tuple[IntArray, Array, Array]:
    """Return labels, (n,), probabilities, (n, classes), and the rows' weights, (n,)."""
    labels, p = class_labels("y", y), as_numbers("probabilities", probabilities)
    check_rows(labels, p)
    return labels, p, checked_weights(sample_weight, len(labels))


def _positive(positive: int, classes: int) -> int | None:
    """Return the positive class of two, None where there are more."""
    if classes != 2:
        return None
    if positive not in (0, 1):
        raise ValueError(f"positive must be one of the two classes 0 and 1, got {positive!r}")
    return positive


def _measured_classes(p: Array, positive: int = 1) -> Sequence[int]:
    """Return the classes to measure against the rest: all, or of two the positive one, since the other mirrors it."""
    only = _positive(positive, p.shape[1])
    return range(p.shape[1]) if only is None else [only]


Steps = tuple[Array, Array]
"""The weight of a class and of the others at each distinct score, highest first, (scores,) each."""


def _steps_by_class(y: IntArray, p: Array, w: Array, classes: Sequence[int]) -> dict[int, Steps]:
    """Return the steps of these classes. A class of no row or of all rows has none: there is nothing to rank."""
    whole = w.sum()
    return {k: _steps(is_own, p[:, k], w) for k in classes if 0 < w[is_own := y == k].sum() < whole}


def _steps(is_own: AnyArray, score: Array, w: Array) -> Steps:
    order = np.argsort(-score)
    score, own, w = score[order], is_own[order], w[order]
    first = np.flatnonzero(np.r_[True, score[1:] != score[:-1]])
    return np.add.reduceat(w * own, first), np.add.reduceat(w * ~own, first)


def _roc_auc(steps: Mapping[int, Steps]) -> Score:
    areas = []
    for own, others in steps.values():
        below = others.sum() - np.cumsum(others)
        areas.append(own @ (below + others / 2) / (own.sum() * others.sum()))
    return Score(_mean(areas), "ROC AUC", 0.5, "any constant")


def _average_precision(steps: Mapping[int, Steps]) -> Score:
    areas, shares = [], []
    for own, others in steps.values():
        found, predicted = np.cumsum(own), np.cumsum(own + others)
        there = predicted > 0  # rows of weight 0 may come first
        areas.append(own[there] @ (found[there] / predicted[there]) / own.sum())
        shares.append(own.sum() / (own.sum() + others.sum()))
    return Score(_mean(areas), "PR AUC", _mean(shares), "any constant")


def _mean(values: Sequence[float]) -> float:
    """Return the mean over the classes; NaN if there is none."""
    return float(np.mean(values)) if values else float("nan")


def _counts(
    y: npt.ArrayLike, y_hat: npt.ArrayLike, sample_weight: npt.ArrayLike | None, at_least: int = 0
) -> tuple[Array, Array, Array]:
    """Return the weight of the correct rows, of the true ones, and of the predicted ones of each class, (classes,)."""
    true, predicted = class_labels("y", y), class_labels("y_hat", y_hat)
    checks.same_shape("y", true, "y_hat", predicted)
    w = checked_weights(sample_weight, len(true))
    k = max(int(true.max()), int(predicted.max()), at_least - 1) + 1
    return (
        np.asarray(np.bincount(true, weights=w * (true == predicted), minlength=k), np.float64),
        np.asarray(np.bincount(true, weights=w, minlength=k), np.float64),
        np.asarray(np.bincount(predicted, weights=w, minlength=k), np.float64),
    )
