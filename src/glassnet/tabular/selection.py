"""Greedy ensemble selection: weights of an average of predictions, chosen on rows that no network has seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from glassnet.common.arrays import Array

Score = Callable[[Array], float]
"""The error of outputs, (n, outputs), on held-out rows; smaller is better."""

ROUNDS = 25
"""Number of greedy rounds."""

NEAR = 1.25
"""Candidates with at most this multiple of the median error are in the average from the start."""


def select_weights(outputs: Sequence[Array], score: Score, rounds: int = ROUNDS) -> Array:
    """Return weights of a weighted mean of outputs with a small error on held-out rows.

    The average starts with every candidate whose error is not far above their median. Each round adds the candidate,
    possibly again, with which the mean of all that were added has the smallest error:

        c_t = argmin_c score((Σ_{s < t} P_{c_s} + P_c) / t)

    The result is the mean after the best round. So weights cannot be fitted to noise as freely as by regression, and
    with few rows, where several candidates have no errors at all, no single one gets all the weight.

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
    errors = np.array([score(output) for output in outputs])
    candidates = np.flatnonzero(np.isfinite(errors)).tolist()
    if not candidates:
        return np.full(len(outputs), 1 / len(outputs))
    errors[~np.isfinite(errors)] = np.inf
    counts = (errors <= NEAR * np.median(errors[candidates])).astype(np.float64)
    total = np.sum([output for output, count in zip(outputs, counts, strict=True) if count], axis=0, dtype=np.float64)
    least, best_counts = score(total / counts.sum()), counts.copy()
    for _ in range(rounds):
        added = [score((total + outputs[i]) / (counts.sum() + 1)) for i in candidates]
        chosen = candidates[int(np.argmin(added))]
        counts[chosen] += 1
        total += outputs[chosen]
        if min(added) < least:
            least, best_counts = min(added), counts.copy()
    found: Array = best_counts / best_counts.sum()
    return found
