"""Target encoding: categories become numbers, the mean target of the rows with that category."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

import numpy as np

from glassnet.common import checks
from glassnet.common.arrays import AnyArray, Array, IntArray
from glassnet.data.scaling import float_dtype

MOST_CLASSES = 6
"""Maximum number of classes with a column of their own, the most frequent ones."""


@dataclass(frozen=True, eq=False)
class TargetEncoding:
    """Insert columns with the smoothed mean target of each level of categorical columns.

        e_l = (Σ_{i: x_i = l} t_i + s · t̄) / (n_l + s),   standardized over the training rows

    t is the target: a number, or the indicator of a class; t̄ is its mean, and n_l the number of rows of level l. A
    level that training did not have gets t̄. Training rows must not contribute to their own encoding, or networks would
    trust it too much: `fit_transform` encodes every row with the statistics of other rows.

    Parameters
    ----------
    position : int
        Position of the new columns in the output; codes are the last columns of the input.
    levels : sequence of int
        Number of codes of each of the last columns.
    smoothing : float, default 10
        s, in rows.

    References
    ----------
    Micci-Barreca, "A preprocessing scheme for high-cardinality categorical attributes", SIGKDD Explorations 3, 2001.

    Examples
    --------
    >>> X = np.array([[5.0, 0], [6.0, 0], [7.0, 1], [8.0, 1]])
    >>> fitted = TargetEncoding(1, [2], smoothing=0).fit_targets(X, np.array([1.0, 1.0, 3.0, 3.0]))
    >>> fitted.transform(X[1:3])
    array([[ 6., -1.,  0.],
           [ 7.,  1.,  1.]])
    """

    position: int
    levels: tuple[int, ...]
    smoothing: float = 10.0
    means: ClassVar[Array | None] = None
    """Encodings of all levels, (Σ levels, k); set on a fitted copy."""

    def __post_init__(self) -> None:
        checks.whole_number("position of target_encoding", self.position, at_least=0)
        checks.number("smoothing of target_encoding", self.smoothing, at_least=0)
        levels = tuple(checks.whole_number("levels of target_encoding", count, at_least=1) for count in self.levels)
        if not levels:
            raise ValueError("target_encoding needs at least one column of codes")
        object.__setattr__(self, "levels", levels)

    def fit(self, X: AnyArray) -> Self:
        """Raise TypeError: the encoding needs targets; see `fit_targets`."""
        raise TypeError("target_encoding is fitted on targets: use fit_targets(X, y) or fit_transform(X, y, fold)")

    def fit_targets(self, X: AnyArray, y: AnyArray, classes: int = 0, weights: Array | None = None) -> Self:
        """Return a copy fitted on training rows.

        Parameters
        ----------
        X : Array, (n, features)
            Training rows, whose last columns are codes.
        y : Array, (n,)
            Numbers, or class indices.
        classes : int, default 0
            Number of classes; 0 for numbers.
        weights : Array, (n,), optional
            Sample weights.

        Returns
        -------
        TargetEncoding
            The fitted encoding.
        """
        return self._fit(self._codes(X), indicators(y, classes), _row_weights(weights, len(y)))[0]

    def fit_transform(
        self,
        X: AnyArray,
        y: AnyArray,
        fold: IntArray,
        classes: int = 0,
        weights: Array | None = None,
    ) -> tuple[Self, Array]:
        """Return the fitted encoding, and the training rows encoded with the statistics of other folds.

        Parameters
        ----------
        X, y, classes, weights
            As in `fit_targets`.
        fold : IntArray, (n,)
            Number of the fold of each row.

        Returns
        -------
        tuple of (TargetEncoding, Array)
            The encoding, and the rows, (n, features + new columns).
        """
        codes, targets, w = self._codes(X), indicators(y, classes), _row_weights(weights, len(y))
        fitted, encoded, prior, divisor = self._fit(codes, targets, w)
        for number in np.unique(fold):
            held = fold == number
            if w[~held].sum() > 0:
                encoded[held] = self._means(codes[~held], targets[~held], w[~held])[codes[held]]
        return fitted, self._insert(X, (encoded - prior) / divisor)

    def _fit(self, codes: IntArray, targets: Array, weights: Array) -> tuple[Self, Array, Array, Array]:
        """Return the fitted encoding, and what it standardizes: means by row, the prior, and the divisor.

        codes: (n, columns), targets: (n, k), weights: (n,). Returns (n, columns, k), (k,), and (columns, k).
        """
        means, prior = self._means(codes, targets, weights), np.average(targets, axis=0, weights=weights)
        encoded = means[codes]
        spread = encoded.std(axis=0)
        divisor = np.where(spread > 0, spread, 1)
        owner = np.repeat(np.arange(len(self.levels)), self.levels)  # (Σ levels,)
        return self._with((means - prior) / divisor[owner]), encoded, prior, divisor

    def transform(self, X: AnyArray) -> Array:
        """Return rows with the encoded columns, (n, features + new columns); X: (n, features)."""
        if self.means is None:
            raise ValueError("target_encoding is not fitted")
        return self._insert(X, self.means[self._codes(X)])

    def arrays(self) -> dict[str, Array]:
        """Return the encodings of all levels, (Σ levels, k)."""
        if self.means is None:
            raise ValueError("target_encoding is not fitted")
        return {"means": self.means}

    def restore(self, arrays: Mapping[str, AnyArray]) -> Self:
        """Return the encoding with these means."""
        means: Any = arrays.get("means")
        if means is None or means.ndim != 2 or len(means) != sum(self.levels) or not np.isfinite(means).all():
            raise ValueError(f"target_encoding needs an array of means with {sum(self.levels)} rows of finite numbers")
        return self._with(np.asarray(means, np.float64))

    @property
    def new_columns(self) -> int:
        """Number of columns that are inserted, for a fitted encoding."""
        return 0 if self.means is None else len(self.levels) * self.means.shape[1]

    def names_after(self, names: Sequence[str]) -> list[str]:
        """Return the names of the columns after the encoding, given those before it.

        Parameters
        ----------
        names : sequence of str
            Names of the columns of X.

        Returns
        -------
        list of str
            Names, with those of the new columns, for a fitted encoding.
        """
        k = self.new_columns // len(self.levels)
        new = [
            f"target mean of {name}" + (f"[{i}]" if k > 1 else "")
            for name in names[-len(self.levels) :]
            for i in range(k)
        ]
        return [*names[: self.position], *new, *names[self.position :]]

    def _with(self, means: Array) -> Self:
        fitted = replace(self)
        fitted.__dict__["means"] = means
        return fitted

    def _codes(self, X: AnyArray) -> IntArray:
        """Return the row of `means` of each code, (n, columns)."""
        if X.shape[1] < self.position + len(self.levels):
            raise ValueError(f"target_encoding expects {len(self.levels)} columns of codes, but X has {X.shape[1]}")
        codes = np.asarray(X[:, -len(self.levels) :]).astype(np.int64)
        if len(codes) and ((codes < 0).any() or (codes >= self.levels).any()):
            raise ValueError("target_encoding got a code that is not a level")
        return codes + np.cumsum((0, *self.levels[:-1]))

    def _means(self, codes: IntArray, targets: Array, weights: Array) -> Array:
        """Return the smoothed mean targets of all levels, (Σ levels, k). codes: (n, columns), targets: (n, k)."""
        size, prior = sum(self.levels), np.average(targets, axis=0, weights=weights)
        flat, each = codes.ravel(), np.repeat(weights, codes.shape[1])
        counts = np.bincount(flat, weights=each, minlength=size)
        sums = np.column_stack(
            [np.bincount(flat, np.repeat(column, codes.shape[1]) * each, minlength=size) for column in targets.T]
        )
        found: Array = np.where(
            (counts > 0)[:, None],
            (sums + self.smoothing * prior) / np.maximum(counts + self.smoothing, 1e-300)[:, None],
            prior,
        )
        return found

    def _insert(self, X: AnyArray, encoded: Array) -> Array:
        dtype = float_dtype(X)
        new = encoded.reshape(len(X), -1).astype(dtype)
        rows = np.asarray(X).astype(dtype, copy=False)
        return np.hstack([rows[:, : self.position], new, rows[:, self.position :]])


def _row_weights(weights: Array | None, rows: int) -> Array:
    return np.ones(rows) if weights is None else weights.astype(np.float64)


def indicators(y: AnyArray, classes: int) -> Array:
    """Return targets as numbers, (n, k), float64: one column, or the indicators of the most frequent classes.

    >>> indicators(np.array([0, 1, 1]), classes=2).ravel()
    array([0., 1., 1.])
    """
    if not classes:
        return y.reshape(len(y), -1).astype(np.float64)
    if classes == 2:
        return (y == 1).astype(np.float64)[:, None]
    counts = np.bincount(y, minlength=classes)
    shown = np.sort(np.argsort(-counts, kind="stable")[:MOST_CLASSES])
    return (y[:, None] == shown).astype(np.float64)
