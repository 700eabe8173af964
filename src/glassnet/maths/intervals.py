"""How far a measured result may lie from the truth: intervals that hold it in 95 of 100 such measurements.

A test part is a sample. Had other rows been drawn, 0.98 might have been 0.97 or 0.99, and the fewer rows there are, the
wider that goes. `y` holds what is true, `y_hat` what was predicted; everything is computed in float64.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from glassnet.common import checks
from glassnet.common.arrays import Array

RESAMPLES = 2000
"""How often the rows are drawn anew; the ends of a 95 % interval are then known to a few hundredths of its width."""

MANY_ROWS = 3_000
"""From here on the distribution of a mean is so nearly normal that nothing needs to be drawn."""

BLOCK_NUMBERS = 1 << 20
"""How many drawn row numbers are held at once."""


class Interval(NamedTuple):
    """The ends of an interval, `low` and `high`.

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
    """Return z, between −z and z of which a standard normal number lies with this probability.

    >>> round(normal_quantile(0.95), 4)
    1.96
    """
    checks.number("confidence", confidence, above=0, below=1)
    return NormalDist().inv_cdf((1 + confidence) / 2)


def wilson(successes: int, n: int, confidence: float = 0.95) -> Interval:
    """Return the interval of a share, of which `successes` of `n` rows were seen: for an accuracy, the right answers.

    Its ends are (p + z²/2n ± z √(p (1 − p) / n + z²/4n²)) / (1 + z²/n), with p = successes / n, z the normal quantile.
    Unlike p ± z √(p (1 − p) / n) it stays inside 0 to 1, and has a width where nothing, or all, is right.
    Source: Wilson, "Probable inference, the law of succession, and statistical inference", JASA 1927; recommended by
    Brown, Cai & DasGupta, "Interval estimation for a binomial proportion", Statistical Science 2001.

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


def rmse(y: npt.ArrayLike, y_hat: npt.ArrayLike, confidence: float = 0.95, seed: int = 0) -> Interval:
    """Return the interval of the root mean squared error; y and y_hat are (n,) or (n, outputs), n at least 2.

    By `bootstrap` over the rows.

    >>> y = np.arange(50.0)
    >>> low, high = rmse(y, y + np.where(y % 2, 1, -3))
    >>> low < 5**0.5 < high
    True
    """
    true, said = _pairs(y, y_hat)
    unit = float(np.abs(true - said).max()) or 1.0  # of no matter, but squares of large numbers would be too large
    errors = (((true - said) / unit) ** 2).mean(axis=1, keepdims=True)  # (n, 1)
    low, high = bootstrap(lambda means: np.sqrt(means[:, 0]), errors, confidence, seed)
    return Interval(low * unit, high * unit)


def r2(y: npt.ArrayLike, y_hat: npt.ArrayLike, confidence: float = 0.95, seed: int = 0) -> Interval:
    """Return the interval of R², the share of y's variance that is explained; parameters as for `rmse`.

    By `bootstrap` over the rows; for several outputs, of the mean of their R², as metrics.r2 takes it. NaN at both ends
    where an output is the same in all rows, since then there is nothing to explain.

    >>> y = np.arange(50.0)
    >>> low, high = r2(y, y + np.where(y % 2, 1, -3))
    >>> round(low, 3), round(high, 3)
    (0.967, 0.983)
    """
    true, said = _pairs(y, y_hat)
    k, unit = true.shape[1], np.ptp(true, axis=0)
    if (unit == 0).any():
        return Interval(math.nan, math.nan)
    # R² does not change with center and unit, but the difference of squares below would lose its digits.
    units = (true - true.mean(axis=0)) / unit
    columns = np.hstack([((true - said) / unit) ** 2, units, units**2])  # (n, 3 k)

    def explained(means: Array) -> Array:
        left, first, second = means[:, :k], means[:, k : 2 * k], means[:, 2 * k :]
        # A drawn sample of few rows may hold one and the same row over and over.
        spread = np.maximum(second - first**2, np.finfo(np.float64).tiny)
        return (1 - left / spread).mean(axis=1)

    return bootstrap(explained, columns, confidence, seed)


def bootstrap(
    statistic: Callable[[Array], Array],
    columns: npt.ArrayLike,
    confidence: float = 0.95,
    seed: int = 0,
    resamples: int = RESAMPLES,
) -> Interval:
    """Return the interval of any number that is computed from means over the rows, by drawing the rows anew.

    statistic: takes means, (m, k), and returns the number that each row of them gives, (m,). columns: (n, k), what the
    means are taken of. It is the bias-corrected and accelerated bootstrap: of `resamples` samples of n rows each, drawn
    with replacement, those quantiles that make up for the statistic's bias and skew. From 3,000 rows on, where both
    have vanished, it is the statistic ± z times the standard error that leaving out single rows tells (jackknife).
    Source: Efron, "Better bootstrap confidence intervals", JASA 1987.

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
    normal = NormalDist()
    below = (np.count_nonzero(drawn < here) + np.count_nonzero(drawn <= here)) / (2 * resamples)
    bias = normal.inv_cdf(min(max(below, 1 / (2 * resamples)), 1 - 1 / (2 * resamples)))
    skew = float((pull**3).sum()) / (6 * squares**1.5)
    shares = [normal.cdf(bias + (bias + end) / (1 - skew * (bias + end))) for end in (-z, z)]
    low, high = np.quantile(drawn, shares)
    return Interval(float(low), float(high))


def _pairs(y: npt.ArrayLike, y_hat: npt.ArrayLike) -> tuple[Array, Array]:
    """Return y and ŷ as float64, (n, outputs) each."""
    true, said = np.asarray(y, dtype=np.float64), np.asarray(y_hat, dtype=np.float64)
    checks.same_shape("y", true, "y_hat", said)
    return true.reshape(len(true), -1), said.reshape(len(true), -1)
