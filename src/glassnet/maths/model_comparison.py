"""Statistical comparison of two models on the same rows.

Two accuracies measured on the same rows are correlated, so their intervals can overlap even if one model is
significantly better. The relevant rows are those on which the two models differ.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from glassnet.common import checks
from glassnet.maths.intervals import Interval, bootstrap, normal_quantile


@dataclass(frozen=True)
class McNemarResult:
    """Result of McNemar's test.

    Attributes
    ----------
    only_first : int
        Rows that only the first model predicts correctly.
    only_second : int
        Rows that only the second model predicts correctly.
    p : float
        Two-sided exact p-value.
    """

    only_first: int
    only_second: int
    p: float


def mcnemar_test(first_is_right: npt.ArrayLike, second_is_right: npt.ArrayLike) -> McNemarResult:
    """McNemar's exact test: compare the accuracies of two classifiers on the same rows.

    Under the null hypothesis of equal accuracy, each row on which the models differ favors either with probability ½. p
    is twice the binomial sum Σ C(m, k) / 2^m over k up to the smaller count, at most 1.

    Parameters
    ----------
    first_is_right : array-like of bool, (n,)
        Whether the first model's prediction is correct.
    second_is_right : array-like of bool, (n,)
        Whether the second model's prediction is correct.

    Returns
    -------
    McNemarResult
        Both counts and the p-value.

    References
    ----------
    McNemar, "Note on the sampling error of the difference between correlated proportions", Psychometrika 1947.

    Dietterich, "Approximate statistical tests for comparing supervised classification learning algorithms", Neural
    Computation 1998.

    Examples
    --------
    >>> mcnemar_test([1, 1, 1, 1, 1, 1, 0], [0, 0, 0, 0, 0, 0, 1])
    McNemarResult(only_first=6, only_second=1, p=0.125)
    """
    first, second = _rights("first_is_right", first_is_right), _rights("second_is_right", second_is_right)
    checks.same_shape("first_is_right", first, "second_is_right", second)
    b, c = int(np.count_nonzero(first & ~second)), int(np.count_nonzero(second & ~first))
    m, term, total = b + c, 1, 0
    for k in range(min(b, c) + 1):
        total += term
        term = term * (m - k) // (k + 1)  # C(m, k + 1)
    # Both are whole numbers of any length; a float would be too small for 2^m.
    return McNemarResult(b, c, min(1.0, 2 * total / (1 << m)) if m else 1.0)


def accuracy_difference(first_is_right: npt.ArrayLike, second_is_right: npt.ArrayLike) -> tuple[float, Interval]:
    """Return the difference of two accuracies on the same rows, and its 95% interval.

    With b rows that only the first model predicts correctly, c that only the second does, and n rows in total, the
    difference is (b − c) / n. The interval is (b − c) / m ± z √(b + c + 1 − (b − c)² / m) / m with m = n + 2: half a
    row is added to each of the four cells, which corrects intervals from few differing rows.

    Parameters
    ----------
    first_is_right : array-like of bool, (n,)
        Whether the first model's prediction is correct.
    second_is_right : array-like of bool, (n,)
        Whether the second model's prediction is correct.

    Returns
    -------
    tuple of (float, Interval)
        Accuracy of the first model minus that of the second, and its interval.

    References
    ----------
    Agresti & Min, "Simple improved confidence intervals for comparing matched proportions", Statistics in Medicine
    2005.

    Examples
    --------
    >>> difference, interval = accuracy_difference([True] * 90 + [False] * 10, [True] * 80 + [False] * 20)
    >>> round(difference, 2), round(interval.low, 3), round(interval.high, 3)
    (0.1, 0.037, 0.159)
    """
    found = mcnemar_test(first_is_right, second_is_right)
    n = len(np.asarray(first_is_right))
    gained, m = found.only_first - found.only_second, n + 2
    half = normal_quantile(0.95) * math.sqrt(found.only_first + found.only_second + 1 - gained**2 / m) / m
    return gained / n, Interval(max(gained / m - half, -1.0), min(gained / m + half, 1.0))


def rmse_difference(y: npt.ArrayLike, first: npt.ArrayLike, second: npt.ArrayLike) -> tuple[float, Interval]:
    """Return the difference of two root mean squared errors on the same rows, and its 95% interval.

    Computed with `bootstrap` over the rows. Both models share each resample, so rows that are hard for both do not
    widen the interval.

    Parameters
    ----------
    y : array-like, (n,) or (n, outputs)
        Targets.
    first : array-like, like y
        Predictions of the first model.
    second : array-like, like y
        Predictions of the second model.

    Returns
    -------
    tuple of (float, Interval)
        RMSE of the first model minus that of the second, and its interval, whose ends are NaN for a single row.

    Examples
    --------
    >>> y = np.arange(50.0)
    >>> difference, interval = rmse_difference(y, y + np.where(y % 2, 1, -3), y + np.where(y % 2, 2, -3))
    >>> round(difference, 2), interval.high < 0
    (-0.31, True)
    """
    true, one, other = (np.asarray(given, dtype=np.float64) for given in (y, first, second))
    checks.same_shape("y", true, "first", one)
    checks.same_shape("y", true, "second", other)
    errors = np.stack([np.abs(given - true).reshape(len(true), -1) for given in (one, other)], axis=1)  # (n, 2, k)
    unit = float(errors.max()) or 1.0
    squares = ((errors / unit) ** 2).mean(axis=2)  # (n, 2)
    difference = float(np.subtract(*np.sqrt(squares.mean(axis=0)))) * unit
    if len(true) < 2:
        return difference, Interval(math.nan, math.nan)
    low, high = bootstrap(lambda means: np.sqrt(means[:, 0]) - np.sqrt(means[:, 1]), squares)
    return difference, Interval(low * unit, high * unit)


def _rights(name: str, values: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    array = np.asarray(values)
    if array.ndim != 1 or not len(array):
        raise ValueError(f"{name} must be (n,) with n at least 1, got shape {array.shape}")
    return array.astype(bool)
