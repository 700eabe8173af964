"""Scaling by quantiles of each column, which a few very large numbers do not change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np

from glassnet.common import checks
from glassnet.common.arrays import AnyArray, Array
from glassnet.common.selection import FLOAT64, row_blocks
from glassnet.common.specs import unknown
from glassnet.data.scaling import Transformer, quotient

COLUMN_BYTES = 64 << 20
"""Columns are sorted in groups of at most this size, measured as float64; at least one column at a time."""

AT_ONCE = 1 << 16
"""Numbers that are transformed at a time, so that intermediate arrays stay in the cache."""

BOUND = 1e-7 - float(np.spacing(1))
"""Probabilities are at least this far from 0 and 1, as in scikit-learn, so normal quantiles are within ±5.2."""

OUTPUTS = ("normal", "uniform")
"""Distributions of a QuantileTransform."""

LARGEST = float(np.finfo(np.float64).max)


def column_quantiles(X: AnyArray, count: int) -> Array:
    """Return evenly spaced quantiles of each column of X, (n, features): (count, features) float64, from 0% to 100%."""
    # Integers, so that a quantile that is one of the numbers is exactly this number.
    low, rest = np.divmod(np.arange(count) * (len(X) - 1), count - 1)  # (count,), positions among the sorted rows
    high, share = np.minimum(low + 1, len(X) - 1), (rest / (count - 1))[:, None]
    found = np.empty((count, X.shape[1]))
    for columns, ordered in _sorted_columns(X):
        found[:, columns] = _between(ordered[low].astype(np.float64), ordered[high].astype(np.float64), share)
    return np.maximum.accumulate(found, axis=0)  # rounding may have swapped neighbors


def _sorted_columns(X: AnyArray) -> Iterator[tuple[slice, AnyArray]]:
    """Yield groups of columns: their positions, and their sorted values, (n, columns)."""
    width = max(1, COLUMN_BYTES // (FLOAT64 * len(X)))
    for first in range(0, X.shape[1], width):
        part = slice(first, first + width)
        yield part, np.sort(np.concatenate([rows[:, part] for _, rows in row_blocks(X)]), axis=0)


def _between(low: Array, high: Array, share: Array) -> Array:
    """Return low + share · (high − low), also where the difference overflows."""
    with np.errstate(over="ignore", invalid="ignore"):
        found = low + share * (high - low)
    return np.where(np.isfinite(found), found, 2 * (low / 2 + share * (high / 2 - low / 2)))


@dataclass(frozen=True, eq=False)
class RobustScale(Transformer):
    """Robust scaling: r = (x − median) / (upper − lower quartile), then the smooth clip r / √(1 + (r/c)²).

    The smooth clip keeps numbers near 0 as they are and outliers between −c and c. Where both quartiles are equal,
    half of the column's range takes the place of their difference. A column that is constant in the training set
    becomes 0, also in rows where it has another value.

    Parameters
    ----------
    smooth_clip : float or None, default 3.0
        The limit c. None, or 0 in a recipe: no clip.

    References
    ----------
    Holzmüller, Grinsztajn & Steinwart, "Better by default: Strong pre-tuned MLPs and boosted trees on tabular data",
    arXiv:2407.04491.

    Examples
    --------
    >>> column = np.array([[0.0], [1.0], [2.0], [3.0], [4.0]])
    >>> RobustScale().fit(column).transform(np.array([[2.0], [4.0], [1000.0]])).round(3)
    array([[0.   ],
           [0.949],
           [3.   ]])
    """

    smooth_clip: float | None = 3.0
    learns: ClassVar[tuple[str, ...]] = ("median", "lower", "upper")

    def __post_init__(self) -> None:
        clip = 0.0 if self.smooth_clip is None else self.smooth_clip
        object.__setattr__(self, "smooth_clip", checks.number("smooth_clip of robust_scale", clip, at_least=0))

    def _learn(self, X: AnyArray) -> dict[str, Array]:
        low, lower, median, upper, high = column_quantiles(X, 5)
        is_flat = lower == upper
        return {
            "median": median,
            "lower": np.where(is_flat, low / 2, lower),
            "upper": np.where(is_flat, high / 2, upper),
        }

    def _check(self, learned: dict[str, Array]) -> None:
        if (learned["lower"] > learned["upper"]).any():
            raise ValueError("lower of RobustScale must be at most upper")

    def _apply(self, X: AnyArray) -> AnyArray:
        median, lower, upper = self.arrays().values()
        divisor = upper / 4 - lower / 4
        if not self.smooth_clip:
            return quotient(X, median, divisor)
        with np.errstate(over="ignore", under="ignore"):
            ratio = np.clip(quotient(X, median, divisor) / self.smooth_clip, -LARGEST, LARGEST)
        clipped: AnyArray = self.smooth_clip * (ratio / np.hypot(1, ratio))
        return clipped


@dataclass(frozen=True, eq=False)
class QuantileTransform(Transformer):
    """Quantile transform: replaces each number by its share of smaller training rows p, or by the normal quantile of p.

        uniform: p = F(x)        normal: z = Φ⁻¹(F(x))

    F is the column's distribution function in the training set, interpolated between its quantiles. Numbers outside the
    range of training become 0 or 1, with a normal output ±5.2. A number that many rows share gets the middle of their
    ranks. A column that is constant in the training set becomes 0, also in rows where it has another value.

    Parameters
    ----------
    output : {"normal", "uniform"}, default "normal"
        Distribution of the results: standard normal, or uniform from 0 to 1.
    quantiles : int, default 1000
        Number of quantiles, at most as many as there are training rows.

    Notes
    -----
    Equals scikit-learn's QuantileTransformer with `subsample=None`, except at the ends: there, numbers that many rows
    share become 0 or 1 (±5.2), so a column with many zeros has them far away from all others.

    Examples
    --------
    >>> incomes = np.array([[10.0], [20.0], [30.0], [40.0], [10_000.0]])
    >>> QuantileTransform("uniform").fit(incomes).transform(np.array([[20.0], [35.0], [10_000.0]]))
    array([[0.25 ],
           [0.625],
           [1.   ]])
    """

    output: str = "normal"
    quantiles: int = 1000
    learns: ClassVar[tuple[str, ...]] = ("quantiles",)
    learned_shape: ClassVar[tuple[str, ...]] = ("quantiles", "features")
    _ordered: ClassVar[Array]  # the quantiles of each column in one piece of memory, (features, quantiles)
    _ends: ClassVar[Array]  # for each quantile, the number of those that are not above it, (quantiles, features)

    def __post_init__(self) -> None:
        if self.output not in OUTPUTS:
            raise unknown("output of quantile:", self.output, OUTPUTS)
        checks.whole_number("quantiles of quantile", self.quantiles, at_least=2)

    def _learn(self, X: AnyArray) -> dict[str, Array]:
        return {"quantiles": column_quantiles(X, min(self.quantiles, max(2, len(X))))}

    def _check(self, learned: dict[str, Array]) -> None:
        quantiles = learned["quantiles"]  # their differences may overflow
        if (quantiles[1:] < quantiles[:-1]).any():
            raise ValueError("quantiles of QuantileTransform must increase")

    def _with(self, learned: dict[str, Array]) -> Self:
        fitted = super()._with(learned)
        ordered = np.ascontiguousarray(learned["quantiles"].T)
        ends = np.stack([own.searchsorted(own, "right") for own in ordered], axis=1)
        fitted.__dict__.update(_ordered=ordered, _ends=ends)
        return fitted

    def _apply(self, X: AnyArray) -> AnyArray:
        quantiles, p = self.arrays()["quantiles"], np.empty(X.shape)
        step = max(1, AT_ONCE // max(1, X.shape[1]))
        for first in range(0, len(X), step):
            rows = X[first : first + step]
            below = np.stack([own.searchsorted(x) for own, x in zip(self._ordered, rows.T, strict=True)], axis=1)
            p[first : first + step] = self._probabilities(rows, below)
        return np.where(quantiles[0] < quantiles[-1], _normal_quantiles(p) if self.output == "normal" else p, 0)

    def _probabilities(self, X: AnyArray, below: AnyArray) -> Array:
        """Return the share of smaller training rows of each number, (n, features).

        below: the number of quantiles that are smaller, (n, features).
        """
        quantiles = self.arrays()["quantiles"]  # (quantiles, features)
        last, columns = len(quantiles) - 1, np.arange(quantiles.shape[1])
        before, after = np.clip(below - 1, 0, last), np.minimum(below, last)
        low, high = quantiles[before, columns], quantiles[after, columns]
        x = np.clip(X, low, high)
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            share = (x - low) / (high - low)  # 0 / 0 outside the range
            halved = (x / 2 - low / 2) / (high / 2 - low / 2)
        share = np.where(low < high, np.where(np.isfinite(high - low), share, halved), 0)
        middle = (below + self._ends[after, columns] - 1) / 2  # of the quantiles that are equal
        p: Array = np.where(high == X, middle, before + share) / last
        return p

    def inverse_transform(self, Z: AnyArray) -> Array:
        """Return the numbers, (n, features) float64, whose transform is Z; they lie within the range of training."""
        from scipy.special import ndtr  # imported here, so that `import glassnet` does not load SciPy

        quantiles = self.arrays()["quantiles"]
        p = np.asarray(Z, np.float64)
        if self.output == "normal":
            p = ndtr(p)
            p = np.where(p < 1.5 * BOUND, 0, np.where(p > 1 - 1.5 * BOUND, 1, p))
        place = np.clip(p, 0, 1) * (len(quantiles) - 1)  # (n, features)
        low, columns = np.floor(place).astype(np.int64), np.arange(quantiles.shape[1])
        high = np.minimum(low + 1, len(quantiles) - 1)
        return _between(quantiles[low, columns], quantiles[high, columns], place - low)


def _normal_quantiles(p: Array) -> Array:
    from scipy.special import ndtri  # imported here, so that `import glassnet` does not load SciPy

    z: Array = ndtri(np.clip(p, BOUND, 1 - BOUND))
    return z
