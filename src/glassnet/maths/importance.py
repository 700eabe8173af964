"""How much a model leans on each column: how much worse it gets when that column's values are dealt out anew."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from glassnet.common import checks
from glassnet.common.arrays import AnyArray, Array


@dataclass(frozen=True, eq=False)
class Importance:
    """What a model scores, and by how much less with each column shuffled: drops is (columns, repeats).

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
    """Measure a model with one column after the other shuffled, `repeats` times each.

    score: takes rows like X and returns how well the model does on them, more being better: an accuracy, an R². X:
    (n, columns), an array, or a table that has `columns` and gives a copy of itself with another column by
    `with_column(name, values)`; of rows that the model has not learned from, or what it knows by heart looks important.
    Shuffling breaks a column's bond with the answer and leaves its values as likely as before. Of columns that say the
    same, each looks dispensable.
    Source: Breiman, "Random forests", Machine Learning 2001, section 10; Fisher, Rudin & Dominici, "All models are
    wrong, but many are useful", JMLR 2019.

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
    """Return the drops of every column; `changed` is a copy of X, and X again at the end."""
    drops = []
    for j in range(changed.shape[1]):
        own, column = [], changed[:, j].copy()
        for _ in range(repeats):
            changed[:, j] = column[rng.permutation(len(column))]
            own.append(before - float(score(changed)))
        changed[:, j] = column
        drops.append(own)
    return drops
