"""Regression metrics: R², RMSE, MAE, and sums of errors."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from glassnet.common import checks
from glassnet.common.arrays import Array
from glassnet.maths.metrics.score import Score, as_numbers, checked_weights, weighted_mean


def r2(y: npt.ArrayLike, y_hat: npt.ArrayLike, sample_weight: npt.ArrayLike | None = None) -> Score:
    """R², the coefficient of determination: 1 − Σ w (y − ŷ)² / Σ w (y − ȳ)². Baseline: 0, the mean.

    For several outputs, the unweighted mean of their R², as scikit-learn's default. An output that is constant in `y`
    counts 1 if it is predicted exactly, else 0.

    Parameters
    ----------
    y : array-like, (n,) or (n, outputs)
        Targets.
    y_hat : array-like, like y
        Predictions.
    sample_weight : array-like, (n,), optional
        Sample weights.

    Returns
    -------
    Score
        R², at most 1.

    Examples
    --------
    >>> print(r2([1.0, 2.0, 3.0], [1.0, 2.0, 4.0]))
    R2 0.5000 (baseline 0.0000: the mean 2)
    """
    y, y_hat, w, power = _pairs(y, y_hat, sample_weight)
    mean = weighted_mean(y, w)
    left, spread = w @ (y - y_hat) ** 2, w @ (y - mean) ** 2  # (outputs,) each
    # max = min, since rounding gives constants a spread that is not exactly zero.
    counted = y[w > 0]
    constant = counted.max(axis=0) == counted.min(axis=0)
    values = np.where(constant, left == 0, 1 - left / np.where(constant, 1, spread))
    return Score(values.mean(), "R2", 0.0, _constant("mean", _scaled(mean, power)))


def rmse(y: npt.ArrayLike, y_hat: npt.ArrayLike, sample_weight: npt.ArrayLike | None = None) -> Score:
    """Root mean squared error: √(Σ w (y − ŷ)² / Σ w), in units of y. Baseline: the mean.

    For several outputs, the mean is over all entries (scikit-learn takes the root per output and then the mean).

    Parameters
    ----------
    y : array-like, (n,) or (n, outputs)
        Targets.
    y_hat : array-like, like y
        Predictions.
    sample_weight : array-like, (n,), optional
        Sample weights.

    Returns
    -------
    Score
        The error, at least 0.

    Examples
    --------
    >>> print(rmse([1.0, 2.0, 3.0], [1.0, 2.0, 4.0]))
    RMSE 0.5774 (baseline 0.8165: the mean 2)
    """
    y, y_hat, w, power = _pairs(y, y_hat, sample_weight)
    mean = weighted_mean(y, w)
    both = [np.sqrt(weighted_mean((y - guess) ** 2, w).mean()) for guess in (y_hat, mean)]
    return Score(*_scores("RMSE", both, power), _constant("mean", _scaled(mean, power)))


def mae(y: npt.ArrayLike, y_hat: npt.ArrayLike, sample_weight: npt.ArrayLike | None = None) -> Score:
    """Mean absolute error: Σ w |y − ŷ| / Σ w, in units of y. Baseline: the median.

    For several outputs, the mean is over all entries.

    Parameters
    ----------
    y : array-like, (n,) or (n, outputs)
        Targets.
    y_hat : array-like, like y
        Predictions.
    sample_weight : array-like, (n,), optional
        Sample weights.

    Returns
    -------
    Score
        The error, at least 0.

    Examples
    --------
    >>> print(mae([1.0, 2.0, 6.0], [1.0, 2.0, 4.0]))
    MAE 0.6667 (baseline 1.6667: the median 2)
    """
    y, y_hat, w, power = _pairs(y, y_hat, sample_weight)
    median = _median(y, w)
    both = [weighted_mean(np.abs(y - guess), w).mean() for guess in (y_hat, median)]
    return Score(*_scores("MAE", both, power), _constant("median", _scaled(median, power)))


def l1(y: npt.ArrayLike, y_hat: npt.ArrayLike) -> Score:
    """Sum of absolute errors: Σ |y − ŷ|. Baseline: the median.

    Parameters
    ----------
    y : array-like, (n,) or (n, outputs)
        Targets.
    y_hat : array-like, like y
        Predictions.

    Returns
    -------
    Score
        The sum.

    Examples
    --------
    >>> print(l1([1, 0, 0, 1, 1], [0.9, 0.2, 0.1, 0.4, 0.9]))
    L1 1.1000 (baseline 2.0000: the median 1)
    """
    y, y_hat, w, power = _pairs(y, y_hat, None)
    median = _median(y, w)
    both = [np.abs(y - guess).sum() for guess in (y_hat, median)]
    return Score(*_scores("L1", both, power), _constant("median", _scaled(median, power)))


def l2(y: npt.ArrayLike, y_hat: npt.ArrayLike) -> Score:
    """Sum of squared errors: Σ (y − ŷ)². Baseline: the mean.

    Parameters
    ----------
    y : array-like, (n,) or (n, outputs)
        Targets.
    y_hat : array-like, like y
        Predictions.

    Returns
    -------
    Score
        The sum.

    Examples
    --------
    >>> print(l2([1, 0, 0, 1, 1], [0.9, 0.2, 0.1, 0.4, 0.9]))
    L2 0.4300 (baseline 1.2000: the mean 0.6)
    """
    y, y_hat, w, power = _pairs(y, y_hat, None)
    mean = weighted_mean(y, w)
    both = [((y - guess) ** 2).sum() for guess in (y_hat, mean)]
    return Score(*_scores("L2", both, 2 * power), _constant("mean", _scaled(mean, power)))


# ---- helpers ----


def _pairs(
    y: npt.ArrayLike, y_hat: npt.ArrayLike, sample_weight: npt.ArrayLike | None
) -> tuple[Array, Array, Array, int]:
    """Return y and ŷ, (n, outputs) each, divided by a power of 2, the rows' weights, (n,), and that power.

    So squares and sums neither overflow nor vanish, whatever the unit of y is, and every digit stays as it is.
    """
    y, y_hat = as_numbers("y", y), as_numbers("y_hat", y_hat)
    checks.same_shape("y", y, "y_hat", y_hat)
    power = int(np.frexp(max(np.abs(y).max(), np.abs(y_hat).max()))[1])
    y, y_hat = (np.ldexp(values.reshape(len(y), -1), -power) for values in (y, y_hat))
    return y, y_hat, checked_weights(sample_weight, len(y)), power


def _scaled(values: Array, power: int) -> Array:
    """Return values times 2 to this power, infinite where that is too large for a float."""
    with np.errstate(over="ignore"):
        return np.ldexp(values, power)


def _scores(name: str, values: Sequence[float], power: int) -> tuple[float, str, float]:
    """Return the first value, the metric's name, and the second value, its baseline, in the unit of y."""
    value, baseline = _scaled(np.array(values), power).tolist()
    return value, name, baseline


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


def _constant(statistic: str, values: Array) -> str:
    return f"the {statistic} {values[0]:.4g}" if len(values) == 1 else f"each output's {statistic}"
