"""Whether a network is as often right as it says: of the answers it gives with 80 % probability, 80 % should be."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from glassnet.common import checks
from glassnet.common.arrays import Array, IntArray


@dataclass(frozen=True, eq=False)
class Reliability:
    """Answers in groups of about equal confidence; each array is (bins,).

    rows: how many answers are in the group. confidence: their mean probability of what was answered. accuracy: the
    share of them that is right. Both are NaN in a group without answers. error: the expected calibration error, the
    mean of |accuracy − confidence| over all answers.
    """

    edges: Array
    rows: IntArray
    confidence: Array
    accuracy: Array
    error: float


def calibration_curve(is_right: npt.ArrayLike, confidence: npt.ArrayLike, bins: int = 10) -> Reliability:
    """Sort answers into `bins` groups of equally wide confidence, and compare it with how many of them are right.

    is_right: (n,), true or false for every answer. confidence: (n,), the probability it was given with. The error is
    Σ (rows of the group / n) |accuracy − confidence|.
    Source: Guo, Pleiss, Sun & Weinberger, "On calibration of modern neural networks", ICML 2017, eq. 3.

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
    return Reliability(np.linspace(0, 1, bins + 1), rows, mean, share, error)
