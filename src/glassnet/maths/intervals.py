"""Confidence intervals of measured results.

A test set is a sample. With other rows, an accuracy of 0.98 could have been 0.97 or 0.99, and the fewer rows there are,
the wider this range. `y` holds targets, `y_hat` predictions; everything is computed in float64.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from glassnet.common import checks
from glassnet.common.arrays import Array

RESAMPLES = 2000
"""Number of bootstrap samples, enough for the ends of a 95% interval to a few hundredths of its width."""

MOST_WITHOUT_SPREAD = 0.01
"""Limit on the share of bootstrap samples that have no value of the statistic, well below the 2.5% of one end."""

MANY_ROWS = 3_000
"""From this number of rows on, means are nearly normal, so no resampling is needed."""

NO_SPREAD = 1e-14
"""A variance of at most this share of the squared range is rounding."""

BLOCK_NUMBERS = 1 << 20
"""Maximum number of resampled row numbers in memory."""


class Interval(NamedTuple):
    """A confidence interval, as the pair (low, high).

    Attributes
    ----------
    low : float
        Lower end.
    high : float
        Upper end.

    Examples
    --------
    >>> Interval(0.25, 0.75).width
    0.5
    """

    low: float
    high: float

    @property
    def width(self) -> float:
        """How far the ends lie apart."""
        return self.high - self.low


def normal_quantile(confidence: float) -> float:
    """Return z such that a standard normal variable lies between −z and z with this probability.

    Parameters
    ----------
    confidence : float
        Probability, in (0, 1).

    Returns
    -------
    float
        The quantile z.

    Examples
    --------
    >>> round(normal_quantile(0.95), 4)
    1.96
    """
    checks.number("confidence", confidence, above=0, below=1)
    return NormalDist().inv_cdf((1 + confidence) / 2)


def wilson(successes: int, n: int, confidence: float = 0.95) -> Interval:
    """Wilson score interval of a proportion, such as an accuracy.

    Its ends are (p + z²/2n ± z √(p (1 − p) / n + z²/4n²)) / (1 + z²/n), with p = successes / n and the normal quantile
    z. Unlike p ± z √(p (1 − p) / n), it stays within [0, 1] and has a positive width for p = 0 and p = 1.

    Parameters
    ----------
    successes : int
        Number of successes, such as correct predictions.
    n : int
        Number of trials (rows).
    confidence : float, default 0.95
        Confidence level.

    Returns
    -------
    Interval
        The interval of the proportion.

    References
    ----------
    Wilson, "Probable inference, the law of succession, and statistical inference", JASA 1927.

    Brown, Cai & DasGupta, "Interval estimation for a binomial proportion", Statistical Science 2001.

    Examples
    --------
    >>> low, high = wilson(95, 100)
    >>> round(low, 3), round(high, 3)
    (0.888, 0.978)
    """
    n = checks.whole_number("n", n, at_least=1)
    successes = checks.whole_number("successes", successes, at_least=0)
    if successes > n:
        raise ValueError(f"successes are some of the n rows, got {successes} of {n}")
    z = normal_quantile(confidence)
    p = successes / n
    middle = p + z * z / (2 * n)
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    whole = 1 + z * z / n
    # Where nothing or all is right, one end is 0 or 1 but for rounding.
    low = 0.0 if successes == 0 else (middle - half) / whole
    high = 1.0 if successes == n else (middle + half) / whole
    return Interval(low, high)


def mean_of_proportions(successes: Sequence[int], n: Sequence[int], confidence: float = 0.95) -> Interval:
    """Interval of the unweighted mean of independent proportions, such as the recalls whose mean is balanced accuracy.

    With the Wilson interval (lᵢ, uᵢ) of each proportion pᵢ, its ends are p̄ − √(Σ (pᵢ − lᵢ)²) / k and
    p̄ + √(Σ (uᵢ − pᵢ)²) / k.

    Parameters
    ----------
    successes : sequence of int
        Number of successes for each proportion, such as the correctly classified rows of each class.
    n : sequence of int
        Number of trials for each proportion, such as the rows of each class.
    confidence : float, default 0.95
        Confidence level.

    Returns
    -------
    Interval
        The interval of the mean.

    References
    ----------
    Zou & Donner, "Construction of confidence limits about effect measures: a general approach", Statistics in Medicine
    2008.

    Examples
    --------
    >>> low, high = mean_of_proportions([90, 5], [100, 10])
    >>> round(low, 3), round(high, 3)
    (0.563, 0.834)
    """
    if not len(n):
        raise ValueError("n must hold at least one number of trials")
    ends = [wilson(own, of, confidence) for own, of in zip(successes, n, strict=True)]
    shares = [own / of for own, of in zip(successes, n, strict=True)]
    mean = math.fsum(shares) / len(shares)
    below = math.hypot(*(share - end.low for share, end in zip(shares, ends, strict=True))) / len(shares)
    above = math.hypot(*(end.high - share for share, end in zip(shares, ends, strict=True))) / len(shares)
    return Interval(max(mean - below, 0.0), min(mean + above, 1.0))


def roc_auc(is_positive: npt.ArrayLike, score: npt.ArrayLike, confidence: float = 0.95) -> Interval:
    """Interval of the ROC AUC of two classes, by DeLong's variance on the logit scale.

    The variance is s₁² / m + s₀² / n, with the sample variances of the placements: the share of the n negative rows
    below each of the m positive rows, and the share of the positive rows above each negative row. Both ends are NaN if
    a class has fewer than 2 rows, or if the AUC is 0 or 1.

    Parameters
    ----------
    is_positive : array-like of bool, (n,)
        Which rows are of the positive class.
    score : array-like, (n,)
        Probability of the positive class, or any other score.
    confidence : float, default 0.95
        Confidence level.

    Returns
    -------
    Interval
        The interval.

    References
    ----------
    DeLong, DeLong & Clarke-Pearson, "Comparing the areas under two or more correlated receiver operating characteristic
    curves", Biometrics 1988.

    Pepe, "The statistical evaluation of medical tests for classification and prediction", 2003, section 5.2.

    Examples
    --------
    >>> low, high = roc_auc([0, 0, 1, 0, 1, 1], [0.1, 0.4, 0.3, 0.2, 0.8, 0.9])
    >>> round(low, 3), round(high, 3)
    (0.261, 0.995)
    """
    own, s = np.asarray(is_positive).astype(bool), np.asarray(score, dtype=np.float64)
    checks.same_shape("is_positive", own, "score", s)
    checks.finite("score", s)
    positive, negative = np.sort(s[own]), np.sort(s[~own])
    m, n = len(positive), len(negative)
    if m < 2 or n < 2:
        return Interval(math.nan, math.nan)
    below, above = (
        (np.searchsorted(others, values, "left") + np.searchsorted(others, values, "right")) / (2 * len(others))
        for others, values in ((negative, positive), (positive, negative))
    )
    area, error = float(below.mean()), math.sqrt(float(below.var(ddof=1)) / m + float(above.var(ddof=1)) / n)
    if not 0 < area < 1 or error == 0:
        return Interval(math.nan, math.nan)
    logit, reach = math.log(area / (1 - area)), normal_quantile(confidence) * error / (area * (1 - area))
    low, high = (1 / (1 + math.exp(-min(max(end, -700.0), 700.0))) for end in (logit - reach, logit + reach))
    return Interval(low, high)


def rmse(y: npt.ArrayLike, y_hat: npt.ArrayLike, confidence: float = 0.95, seed: int = 0) -> Interval:
    """Bootstrap interval of the root mean squared error.

    Parameters
    ----------
    y : array-like, (n,) or (n, outputs)
        Targets, at least two rows.
    y_hat : array-like, like y
        Predictions.
    confidence : float, default 0.95
        Confidence level.
    seed : int, default 0
        Seed of the resampling.

    Returns
    -------
    Interval
        The interval, in units of y.

    Examples
    --------
    >>> y = np.arange(50.0)
    >>> low, high = rmse(y, y + np.where(y % 2, 1, -3))
    >>> low < 5**0.5 < high
    True
    """
    true, predicted = _pairs(y, y_hat)
    unit = float(np.abs(true - predicted).max()) or 1.0  # of no matter, but squares of large numbers would be too large
    errors = (((true - predicted) / unit) ** 2).mean(axis=1, keepdims=True)  # (n, 1)
    low, high = bootstrap(lambda means: np.sqrt(means[:, 0]), errors, confidence, seed)
    return Interval(low * unit, high * unit)


def r2(y: npt.ArrayLike, y_hat: npt.ArrayLike, confidence: float = 0.95, seed: int = 0) -> Interval:
    """Bootstrap interval of R², the share of explained variance.

    For several outputs, of the mean of their R², as in metrics.r2. Bootstrap samples in which an output is constant
    have no variance to explain and are left out. Both ends are NaN if that is more than 1% of them, as with a constant
    output, or with fewer than 5 rows.

    Parameters
    ----------
    y : array-like, (n,) or (n, outputs)
        Targets, at least two rows.
    y_hat : array-like, like y
        Predictions.
    confidence : float, default 0.95
        Confidence level.
    seed : int, default 0
        Seed of the resampling.

    Returns
    -------
    Interval
        The interval.

    Examples
    --------
    >>> y = np.arange(50.0)
    >>> low, high = r2(y, y + np.where(y % 2, 1, -3))
    >>> round(low, 3), round(high, 3)
    (0.967, 0.983)
    """
    true, predicted = _pairs(y, y_hat)
    k, unit = true.shape[1], np.ptp(true, axis=0)
    if (unit == 0).any():
        return Interval(math.nan, math.nan)
    # R² does not change with center and unit, but the difference of squares below would lose its digits.
    units = (true - true.mean(axis=0)) / unit
    columns = np.hstack([((true - predicted) / unit) ** 2, units, units**2])  # (n, 3 k)

    def explained(means: Array) -> Array:
        left, first, second = means[:, :k], means[:, k : 2 * k], means[:, 2 * k :]
        spread = second - first**2
        # A drawn sample of few rows may hold one value over and over; its spread is 0 but for rounding.
        spread = np.where(spread > NO_SPREAD, spread, np.nan)
        return (1 - left / spread).mean(axis=1)

    return bootstrap(explained, columns, confidence, seed)


def bootstrap(
    statistic: Callable[[Array], Array],
    columns: npt.ArrayLike,
    confidence: float = 0.95,
    seed: int = 0,
    resamples: int = RESAMPLES,
) -> Interval:
    """Bootstrap interval of any statistic of means over the rows.

    Uses the bias-corrected and accelerated (BCa) bootstrap: of `resamples` samples of n rows, drawn with replacement,
    it takes the quantiles that correct for the statistic's bias and skewness. From 3,000 rows on, where both are
    negligible, it is the statistic ± z times its jackknife standard error.

    Samples for which the statistic is NaN are left out. Both ends are NaN if these are more than 1%, or if the
    statistic of all rows, or of all rows but one, is NaN.

    Parameters
    ----------
    statistic : callable
        Takes means, (m, k), and returns the statistic of each row, (m,), NaN where it is undefined.
    columns : array-like, (n, k)
        Values whose means are taken.
    confidence : float, default 0.95
        Confidence level.
    seed : int, default 0
        Seed of the resampling.
    resamples : int
        Number of bootstrap samples.

    Returns
    -------
    Interval
        The interval.

    References
    ----------
    Efron, "Better bootstrap confidence intervals", JASA 1987.

    Examples
    --------
    >>> low, high = bootstrap(lambda means: means[:, 0], np.arange(100.0)[:, None])
    >>> 43 < low < 45, 54 < high < 56
    (True, True)
    """
    rows = np.asarray(columns, dtype=np.float64)
    z = normal_quantile(confidence)
    n = len(rows)
    if rows.ndim != 2 or n < 2:
        raise ValueError(f"an interval needs at least 2 rows, columns of shape (n, k), got shape {rows.shape}")
    checks.finite("columns", rows)
    here = float(statistic(rows.mean(axis=0, keepdims=True))[0])
    left_out = statistic((rows.sum(axis=0) - rows) / (n - 1))  # (n,), without each of the rows
    pull = left_out.mean() - left_out
    squares = float(pull @ pull)
    if math.isnan(squares):
        return Interval(math.nan, math.nan)
    if squares == 0:
        return Interval(here, here)
    if n >= MANY_ROWS:
        error = math.sqrt(squares * (n - 1) / n)
        return Interval(here - z * error, here + z * error)
    rng = np.random.default_rng(seed)
    drawn = np.empty(resamples)
    block = max(1, BLOCK_NUMBERS // n)
    for first in range(0, resamples, block):
        some = drawn[first : first + block]
        some[:] = statistic(rows[rng.integers(0, n, (len(some), n))].mean(axis=1))
    drawn = drawn[~np.isnan(drawn)]
    if len(drawn) < (1 - MOST_WITHOUT_SPREAD) * resamples:
        return Interval(math.nan, math.nan)
    low, high = np.quantile(drawn, _bca_shares(drawn, here, pull, z))
    return Interval(float(low), float(high))


def _bca_shares(drawn: Array, here: float, pull: Array, z: float) -> list[float]:
    """Return the shares of the drawn statistics, (m,), below either end of the BCa interval.

    here: the statistic of all rows. pull: its change by each row, (n,).
    """
    normal, m = NormalDist(), len(drawn)
    below = (np.count_nonzero(drawn < here) + np.count_nonzero(drawn <= here)) / (2 * m)
    bias = normal.inv_cdf(min(max(below, 1 / (2 * m)), 1 - 1 / (2 * m)))
    unit = pull / np.abs(pull).max()  # the cube of a small number would be 0
    skew = float((unit**3).sum()) / (6 * float(unit @ unit) ** 1.5)
    # With few skewed rows and a high confidence the denominator may pass 0; the end then lies at the last sample.
    return [normal.cdf(bias + (bias + end) / max(1 - skew * (bias + end), 1e-9)) for end in (-z, z)]


def _pairs(y: npt.ArrayLike, y_hat: npt.ArrayLike) -> tuple[Array, Array]:
    """Return y and ŷ as float64, (n, outputs) each."""
    true, predicted = np.asarray(y, dtype=np.float64), np.asarray(y_hat, dtype=np.float64)
    checks.same_shape("y", true, "y_hat", predicted)
    return true.reshape(len(true), -1), predicted.reshape(len(true), -1)
