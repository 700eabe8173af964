"""Greedy ensemble selection: weights of an average of predictions, chosen on rows that no network has seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from glassnet.common.arrays import Array

Score = Callable[[Array], float]
"""The error of outputs, (n, outputs), on held-out rows; smaller is better."""

ROUNDS = 25
"""Number of greedy rounds: weights are multiples of 1/25 or more."""


def select_weights(outputs: Sequence[Array], score: Score, rounds: int = ROUNDS) -> Array:
    """Return weights of a weighted mean of outputs with a small error on held-out rows.

    The ensemble starts empty. Each round adds the candidate, possibly again, with which the mean of all added ones has
    the smallest error:

        c_t = argmin_c score((Σ_{s < t} P_{c_s} + P_c) / t)

    The result is the mean after the best round. So a candidate that never helps has weight 0, and weights cannot be
    fitted to noise as freely as by regression.

    Parameters
    ----------
    outputs : sequence of Array, (n, outputs) each
        Held-out outputs of each candidate, of the same rows.
    score : callable
        The error of outputs, (n, outputs).
    rounds : int, default 25
        Number of rounds.

    Returns
    -------
    Array, (candidates,)
        Weights, at least 0, with sum 1.

    References
    ----------
    Caruana, Niculescu-Mizil, Crew & Ksikes, "Ensemble selection from libraries of models", ICML 2004.

    Examples
    --------
    >>> y = np.array([[1.0], [3.0]])
    >>> low, high, far = y - 1, y + 1, y + 9
    >>> select_weights([low, high, far], lambda output: float(np.abs(output - y).mean()))
    array([0.5, 0.5, 0. ])
    """
    counts, best_counts = np.zeros(len(outputs)), np.zeros(len(outputs))
    total, least = np.zeros_like(outputs[0], dtype=np.float64), np.inf
    for number in range(1, rounds + 1):
        errors = [score((total + output) / number) for output in outputs]
        chosen = int(np.argmin(errors))
        counts[chosen] += 1
        total += outputs[chosen]
        if errors[chosen] < least:
            least, best_counts = errors[chosen], counts.copy()
    if not best_counts.any():  # every error is NaN or infinite
        best_counts[:] = 1
    return best_counts / best_counts.sum()
