"""Calibration: whether predicted probabilities match observed frequencies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from glassnet.common import checks
from glassnet.common.arrays import Array, IntArray


@dataclass(frozen=True, eq=False)
class CalibrationCurve:
    """Predictions binned by confidence, as `calibration_curve` returns them.

    Attributes
    ----------
    edges : Array, (bins + 1,)
        Edges of the bins.
    rows : IntArray, (bins,)
        Number of predictions in each bin.
    confidence : Array, (bins,)
        Mean predicted probability in each bin, NaN if it is empty.
    accuracy : Array, (bins,)
        Share of correct predictions in each bin, NaN if it is empty.
    error : float
        Expected calibration error (ECE): mean of |accuracy − confidence| over all predictions.
    """

    edges: Array
    rows: IntArray
    confidence: Array
    accuracy: Array
    error: float


def calibration_curve(is_right: npt.ArrayLike, confidence: npt.ArrayLike, bins: int = 10) -> CalibrationCurve:
    """Bin predictions by confidence and compare each bin's mean confidence with its accuracy.

    The expected calibration error is Σ (rows in the bin / n) |accuracy − confidence|.

    Parameters
    ----------
    is_right : array-like of bool, (n,)
        Whether each prediction is correct.
    confidence : array-like, (n,)
        Probability of each predicted class, in [0, 1].
    bins : int, default 10
        Number of bins of equal width.

    Returns
    -------
    CalibrationCurve
        Rows, mean confidence, and accuracy per bin, and the error.

    References
    ----------
    Guo, Pleiss, Sun & Weinberger, "On calibration of modern neural networks", ICML 2017, eq. 3.

    Examples
    --------
    >>> found = calibration_curve([True, True, True, False], [0.95, 0.85, 0.55, 0.55])
    >>> found.rows[5:], round(found.error, 3)
    (array([2, 0, 0, 1, 1]), 0.075)
    """
    bins = checks.whole_number("bins", bins, at_least=1)
    right, sure = np.asarray(is_right), np.asarray(confidence, dtype=np.float64)
    checks.same_shape("is_right", right, "confidence", sure)
    if right.ndim != 1 or not len(right):
        raise ValueError(f"is_right and confidence must be (n,) with n at least 1, got shape {right.shape}")
    # Probabilities of a float32 softmax may sum to a little more than 1.
    if not ((sure >= 0) & (sure <= 1 + 1e-5)).all():
        raise ValueError(f"confidence must be probabilities from 0 to 1, got {sure.min():g} to {sure.max():g}")
    group = np.minimum((sure * bins).astype(np.int64), bins - 1)  # (n,)
    rows = np.bincount(group, minlength=bins)
    filled = np.where(rows, rows, np.nan)
    mean, share = (np.bincount(group, weights=part, minlength=bins) / filled for part in (sure, right.astype(float)))
    error = float(np.nansum(rows * np.abs(share - mean)) / len(right))
    return CalibrationCurve(np.linspace(0, 1, bins + 1), rows, mean, share, error)
