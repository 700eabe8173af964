"""Permutation importance: how much a model's score drops when the values of a column are shuffled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from glassnet.common import checks
from glassnet.common.arrays import AnyArray, Array


@dataclass(frozen=True, eq=False)
class Importance:
    """Result of `permutation_importance`.

    Attributes
    ----------
    score : float
        Score on the unchanged rows.
    drops : Array, (columns, repeats)
        Decrease of the score with each column shuffled.

    Examples
    --------
    >>> Importance(0.9, np.array([[0.5, 0.3], [0.0, 0.1]])).mean
    array([0.4 , 0.05])
    """

    score: float
    drops: Array

    @property
    def mean(self) -> Array:
        """The mean drop of each column, (columns,)."""
        return self.drops.mean(axis=1)

    @property
    def spread(self) -> Array:
        """The standard deviation of each column's drops, (columns,)."""
        return self.drops.std(axis=1)


def permutation_importance(
    score: Callable[[Any], float], X: Any, repeats: int = 5, seed: int | np.random.Generator = 0
) -> Importance:
    """Return how much a model's score drops with each column shuffled.

    Shuffling removes a column's relation to the target and keeps its distribution. Use rows that the model was not
    trained on. Correlated columns share their importance, so each can appear unimportant.

    Parameters
    ----------
    score : callable
        Takes rows like X and returns a score, higher being better, such as accuracy or R².
    X : Array, (n, columns), or Table
        Rows. A table needs `columns` and `with_column(name, values)`.
    repeats : int, default 5
        Number of shuffles per column.
    seed : int or numpy.random.Generator, default 0
        Seed of the shuffles.

    Returns
    -------
    Importance
        Score and drops.

    References
    ----------
    Breiman, "Random forests", Machine Learning 2001, section 10.

    Fisher, Rudin & Dominici, "All models are wrong, but many are useful", JMLR 2019.

    Examples
    --------
    >>> X = np.random.default_rng(0).standard_normal((100, 2))
    >>> found = permutation_importance(lambda rows: -((rows[:, 0] - X[:, 0]) ** 2).mean(), X)
    >>> found.mean.round(1)
    array([1.8, 0. ])
    """
    repeats = checks.whole_number("repeats", repeats, at_least=1)
    rng = np.random.default_rng(seed)
    before = float(score(X))
    if not hasattr(X, "columns"):
        drops = _of_array(score, np.array(X), repeats, rng, before)
    else:
        drops = [
            [before - float(score(X.with_column(name, X[name][rng.permutation(len(X))]))) for _ in range(repeats)]
            for name in X.columns
        ]
    return Importance(before, np.array(drops, dtype=np.float64).reshape(-1, repeats))


def _of_array(
    score: Callable[[Any], float], changed: AnyArray, repeats: int, rng: np.random.Generator, before: float
) -> list[list[float]]:
    """Return the drops of each column; `changed` is a copy of X, which is restored."""
    drops = []
    for j in range(changed.shape[1]):
        own, column = [], changed[:, j].copy()
        for _ in range(repeats):
            changed[:, j] = column[rng.permutation(len(column))]
            own.append(before - float(score(changed)))
        changed[:, j] = column
        drops.append(own)
    return drops
