"""Whether one model is better than another, or only luckier: both are asked about the same rows.

Two accuracies that were measured on the same rows rise and fall together, so their intervals may overlap although one
model is surely better. What counts are the rows on which the two differ.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from glassnet.common import checks
from glassnet.maths.intervals import Interval, bootstrap, normal_quantile


@dataclass(frozen=True)
class Mcnemar:
    """Rows that only the first model answers rightly, rows that only the second does, and how likely by chance."""

    only_first: int
    only_second: int
    p: float


def mcnemar_test(first_is_right: npt.ArrayLike, second_is_right: npt.ArrayLike) -> Mcnemar:
    """Compare two classifiers on the same rows; (n,) each, true where the model's answer is right.

    If both are equally good, each row on which they differ is a coin toss. p is the probability that tosses come out as
    one-sided as this, either way: twice the binomial sum Σ C(m, k) / 2^m over k up to the smaller count, at most 1.
    Source: McNemar, "Note on the sampling error of the difference between correlated proportions", Psychometrika 1947;
    for classifiers Dietterich, "Approximate statistical tests", Neural Computation 1998.

    >>> mcnemar_test([1, 1, 1, 1, 1, 1, 0], [0, 0, 0, 0, 0, 0, 1])
    Mcnemar(only_first=6, only_second=1, p=0.125)
    """
    first, second = _rights("first_is_right", first_is_right), _rights("second_is_right", second_is_right)
    checks.same_shape("first_is_right", first, "second_is_right", second)
    b, c = int(np.count_nonzero(first & ~second)), int(np.count_nonzero(second & ~first))
    m, term, total = b + c, 1, 0
    for k in range(min(b, c) + 1):
        total += term
        term = term * (m - k) // (k + 1)  # C(m, k + 1)
    # Both are whole numbers of any length; a float would be too small for 2^m.
    return Mcnemar(b, c, min(1.0, 2 * total / (1 << m)) if m else 1.0)


def accuracy_difference(first_is_right: npt.ArrayLike, second_is_right: npt.ArrayLike) -> tuple[float, Interval]:
    """Return how much more accurate the first classifier is, and the 95 % interval of that, as for `mcnemar`.

    Only b rows the first answers rightly, only c the second, n rows are there. The difference is (b − c) / n; the
    interval is (b − c) / m ± z √(b + c + 1 − (b − c)² / m) / m with m = n + 2: half a row more in each of the cases, or
    the interval would be too narrow where they differ on few rows.
    Source: Agresti & Min, "Simple improved confidence intervals for comparing matched proportions", Statistics in
    Medicine 2005.

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
    """Return by how much the first model's root mean squared error is larger, and the 95 % interval of that.

    y: what is true, first and second: what was predicted, all (n,) or (n, outputs). By `bootstrap` over the rows, which
    are the same for both, so what is hard for both does not widen the interval.

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
    low, high = bootstrap(lambda means: np.sqrt(means[:, 0]) - np.sqrt(means[:, 1]), squares)
    return difference, Interval(low * unit, high * unit)


def _rights(name: str, values: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    array = np.asarray(values)
    if array.ndim != 1 or not len(array):
        raise ValueError(f"{name} must be (n,) with n at least 1, got shape {array.shape}")
    return array.astype(bool)
