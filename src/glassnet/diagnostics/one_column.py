"""Prediction of the target from one column alone, without a network: by its value, or by the nearest values.

Every row is predicted from the other half of the rows, so a column of many values does not look better than it is.
"""

from __future__ import annotations

import numpy as np

from glassnet.common.arrays import AnyArray, Array, IntArray
from glassnet.diagnostics.columns import Sample, SampledColumn

NEIGHBORS = 2
"""Number of distinct values on either side of a value that predict its class."""


def ranks(y: Array) -> Array:
    """Return the mean rank of each value, (n,), scaled to [0, 1].

    >>> ranks(np.array([3.0, 1.0, 3.0, 1000.0]))
    array([0.5, 0. , 0.5, 1. ])
    """
    _, codes, counts = np.unique(y, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    middles = ends - (counts + 1) / 2
    return np.asarray(middles[codes] / max(len(y) - 1, 1))


def count_errors(sample: Sample, column: SampledColumn) -> int:
    """Return the number of rows whose class is not the one that a column alone predicts."""
    codes, levels = column.codes
    y, right = sample.y, 0
    for known, new in sample.halves:
        counts = np.zeros((levels, sample.classes))
        np.add.at(counts, (codes[known], y[known]), 1.0)
        right += int(np.count_nonzero(_predicted_classes(counts, column)[codes[new]] == y[new]))
    return len(y) - right


def _predicted_classes(counts: Array, column: SampledColumn) -> IntArray:
    """Return the class predicted for each distinct value, (levels,), from the rows of each class, (levels, classes)."""
    usual = int(counts.sum(axis=0).argmax())
    if not column.is_numeric:
        return np.where(counts.any(axis=1), counts.argmax(axis=1), usual)
    known = np.flatnonzero(counts.any(axis=1))
    if np.isnan(column.numbers).any():
        known = known[known < len(counts) - 1]  # missing values, the last level, are near to none
    own = counts[known]
    if not len(known):
        return np.full(len(counts), usual)
    # The value itself decides, and where it is undecided or unknown, those around the nearest one.
    borders = (column.levels[known[1:]] + column.levels[known[:-1]]) / 2
    here = np.searchsorted(borders, column.levels)
    sums = np.cumsum(np.vstack([np.zeros((1, own.shape[1])), own]), axis=0)
    low, high = np.maximum(here - NEIGHBORS, 0), np.minimum(here + NEIGHBORS + 1, len(known))
    return np.asarray((sums[high] - sums[low] + len(column.levels) * counts).argmax(axis=1))


def explained_variance(sample: Sample, column: SampledColumn, y: Array) -> float:
    """Return R² of numbers y, (n,), predicted from one column, at most 1.

    Of a numeric column, the means of y by value are connected by straight lines.
    """
    codes, levels = column.codes
    predicted = np.empty(len(y))
    is_missing = np.isnan(column.numbers) if column.is_numeric else np.zeros(len(y), bool)
    for known, new in sample.halves:
        counts = np.bincount(codes[known], minlength=levels)
        sums = np.bincount(codes[known], weights=y[known], minlength=levels)
        means = np.where(counts > 0, sums / np.maximum(counts, 1), y[known].mean())
        predicted[new] = means[codes[new]]
        if column.is_numeric:
            points = known[~is_missing[known]]
            x, first = np.unique(column.numbers[points], return_index=True)
            there = new[~is_missing[new]]
            if len(x):
                predicted[there] = np.interp(column.numbers[there], x, means[codes[points[first]]])
    return r2(y, predicted)


def r2(y: AnyArray, predicted: Array) -> float:
    """Return R², 0 for a constant y."""
    spread = float(np.square(y - y.mean()).sum())
    return 1 - float(np.square(y - predicted).sum()) / spread if spread > 0 else 0.0
