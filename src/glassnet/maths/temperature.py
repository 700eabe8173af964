"""Temperature scaling: one number that makes probabilities match observed frequencies."""

from __future__ import annotations

import numpy as np

from glassnet.common.arrays import Array, IntArray

RANGE = (0.25, 4.0)
"""Smallest and largest temperature."""

TRUSTED_ROWS = 500
"""With this number of rows, the logarithm of the temperature is half of the best one; with more rows, closer to it."""

STEPS = 40
"""Number of golden-section steps; each shrinks the interval to 0.62 of its width."""

MIN_PROBABILITY = 1e-7
"""Probabilities are at least this, so that their logarithm is finite."""


def with_temperature(probabilities: Array, temperature: float) -> Array:
    """Return probabilities with another temperature: q_j = p_j^(1/T) / Σ_k p_k^(1/T).

    It is the softmax of log p / T. T > 1 makes them less confident, T < 1 more confident; the order stays.

    Parameters
    ----------
    probabilities : Array, (n, classes)
        Probabilities.
    temperature : float
        T, above 0.

    Returns
    -------
    Array, (n, classes)
        Probabilities, in the same dtype.

    Examples
    --------
    >>> with_temperature(np.array([[0.8, 0.2]]), 2.0).round(3)
    array([[0.667, 0.333]])
    """
    if temperature == 1:
        return probabilities
    logits = np.log(np.maximum(probabilities, MIN_PROBABILITY)) / probabilities.dtype.type(temperature)
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    scaled: Array = shares / shares.sum(axis=1, keepdims=True)
    return scaled


def best_temperature(probabilities: Array, labels: IntArray, weights: Array | None = None) -> float:
    """Return the temperature with the smallest log loss on held-out rows, closer to 1 if they are few.

        T = T*^(n / (n + 500))

    The loss is convex in 1/T, so a golden-section search finds its minimum T* in 0.25 to 4. If n is small, T* may be
    far from 1 by chance: networks that make no error on 100 rows are not certain of all others.

    Parameters
    ----------
    probabilities : Array, (n, classes)
        Held-out probabilities.
    labels : IntArray, (n,)
        Class indices.
    weights : Array, (n,), optional
        Sample weights.

    Returns
    -------
    float
        The temperature.

    References
    ----------
    Guo, Pleiss, Sun & Weinberger, "On calibration of modern neural networks", ICML 2017.

    Examples
    --------
    >>> sure = np.array([[0.99, 0.01]] * 4000)  # right in three of four rows
    >>> round(best_temperature(sure, np.arange(4000) % 4 // 3), 1)
    3.4
    """
    logits = np.log(np.maximum(probabilities.astype(np.float64), MIN_PROBABILITY))
    rows = np.arange(len(labels))

    def loss(inverse: float) -> float:
        z = logits * inverse
        z -= z.max(axis=1, keepdims=True)
        values = np.log(np.exp(z).sum(axis=1)) - z[rows, labels]  # (n,)
        return float(np.average(values, weights=weights))

    low, high = 1 / RANGE[1], 1 / RANGE[0]
    golden = (np.sqrt(5) - 1) / 2
    left, right = high - golden * (high - low), low + golden * (high - low)
    of_left, of_right = loss(left), loss(right)
    for _ in range(STEPS):
        if of_left <= of_right:
            high, right, of_right = right, left, of_left
            left = high - golden * (high - low)
            of_left = loss(left)
        else:
            low, left, of_left = left, right, of_right
            right = low + golden * (high - low)
            of_right = loss(right)
    return float((2 / (low + high)) ** (len(labels) / (len(labels) + TRUSTED_ROWS)))
