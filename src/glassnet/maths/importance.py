"""Permutation importance: how much a model's score drops when the values of a column are shuffled."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from glassnet.common import checks
from glassnet.common.arrays import AnyArray, Array, IntArray
from glassnet.maths.intervals import normal_quantile


@dataclass(frozen=True, eq=False)
class Importance:
    """Result of `permutation_importance`.

    Attributes
    ----------
    score : float
        Score on the unchanged rows.
    drops : Array, (columns, repeats)
        Decrease of the score with each column shuffled.
    error : Array, (columns,)
        Standard error of the mean drop of each column: over the rows if the score was given per row, else over the
        repeats.

    Examples
    --------
    >>> found = Importance(0.9, np.array([[0.5, 0.3], [0.0, 0.1]]), np.array([0.1, 0.05]))
    >>> found.mean, found.intervals()[0].round(2)
    (array([0.4 , 0.05]), array([0.2, 0.6]))
    """

    score: float
    drops: Array
    error: Array

    @property
    def mean(self) -> Array:
        """The mean drop of each column, (columns,)."""
        return self.drops.mean(axis=1)

    @property
    def spread(self) -> Array:
        """The standard deviation of each column's drops, (columns,)."""
        return self.drops.std(axis=1)

    def intervals(self, confidence: float = 0.95) -> Array:
        """Return the confidence interval of the mean drop of each column, (columns, 2): mean ± z · error.

        Parameters
        ----------
        confidence : float, default 0.95
            Confidence level.

        Returns
        -------
        Array, (columns, 2)
            Lower and upper ends.
        """
        reach = normal_quantile(confidence) * self.error
        return np.stack([self.mean - reach, self.mean + reach], axis=1)


def permutation_importance(
    score: Callable[[Any], npt.ArrayLike], X: Any, repeats: int = 5, seed: int | np.random.Generator = 0
) -> Importance:
    """Return how much a model's score drops with each column shuffled.

    Shuffling removes a column's relation to the target and keeps its distribution. Use rows that the model was not
    trained on. Correlated columns share their importance, so each can appear unimportant.

    Parameters
    ----------
    score : callable
        Takes rows like X and returns a score, higher being better, such as accuracy or R², or the score of each row,
        (n,), such as minus its loss, whose mean is the score. The intervals of scores per row account for the
        choice of the rows, those of single scores only for the shuffles.
    X : Array, (n, columns), or Table
        Rows. A table needs `columns` and `with_column(name, values)`.
    repeats : int, default 5
        Number of shuffles per column.
    seed : int or numpy.random.Generator, default 0
        Seed of the shuffles.

    Returns
    -------
    Importance
        Score, drops, and their standard errors.

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
    before = np.asarray(score(X), dtype=np.float64)
    shuffled = _shuffled_table if hasattr(X, "columns") else _shuffled_array
    drops, errors = [], []
    for copies in shuffled(X, repeats, rng):
        own, order = zip(
            *((before - np.asarray(score(rows), np.float64), order) for rows, order in copies), strict=True
        )
        drops.append([float(drop.mean()) for drop in own])
        units = np.array(drops[-1]) if before.ndim == 0 else _influence(np.stack(own), np.stack(order))
        errors.append(units.std(ddof=1) / np.sqrt(len(units)) if len(units) > 1 else np.nan)
    return Importance(float(before.mean()), np.reshape(drops, (-1, repeats)), np.array(errors))


def _influence(own: Array, order: IntArray) -> Array:
    """Return the influence of each row on the mean drop, (n,), as a row that gets a value and as one that gives it.

    own: (repeats, n), drops per row. order: (repeats, n), the row whose value each row got.
    """
    given = np.empty_like(own)
    np.put_along_axis(given, order, own, axis=1)
    return own.mean(axis=0) + given.mean(axis=0)


Shuffled = Iterator[tuple[Any, IntArray]]
"""Rows with one column shuffled, and the row whose value each row got, (n,)."""


def _shuffled_table(X: Any, repeats: int, rng: np.random.Generator) -> Iterator[Shuffled]:
    """Give the tables with each column shuffled, a group for each column."""
    orders = (rng.permutation(len(X)) for _ in range(repeats * len(X.columns)))
    for name in X.columns:
        column = X[name]
        yield ((X.with_column(name, column[order]), order) for order in itertools.islice(orders, repeats))


def _shuffled_array(X: Any, repeats: int, rng: np.random.Generator) -> Iterator[Shuffled]:
    """Give the arrays with each column shuffled, a group for each column; all are the same copy of X."""
    changed = np.array(X)
    orders = (rng.permutation(len(X)) for _ in range(repeats * changed.shape[1]))
    for j in range(changed.shape[1]):
        column = changed[:, j].copy()
        for_one = itertools.islice(orders, repeats)
        yield ((_with_column(changed, j, column[order]), order) for order in for_one)
        changed[:, j] = column


def _with_column(X: AnyArray, j: int, column: AnyArray) -> AnyArray:
    X[:, j] = column
    return X
