"""Scaling of the inputs: the protocol of a transformer, and the scalers themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, Self, runtime_checkable

import numpy as np

from glassnet.common import checks
from glassnet.common.arrays import AnyArray, Array
from glassnet.common.selection import is_on_disk, row_blocks


@runtime_checkable
class Preprocessing(Protocol):
    """Protocol of a transformer; a custom class needs only these four methods."""

    def fit(self, X: AnyArray) -> Self:
        """Return a copy fitted on the training set.

        Parameters
        ----------
        X : Array, (n, features)
            Rows of the training set.

        Returns
        -------
        Preprocessing
            The fitted transformer.
        """

    def transform(self, X: AnyArray) -> Array:
        """Return transformed rows.

        Parameters
        ----------
        X : Array, (n, features)
            Rows.

        Returns
        -------
        Array, (n, features)
            Transformed rows.
        """

    def arrays(self) -> dict[str, Array]:
        """Return the fitted statistics.

        Returns
        -------
        dict of str to Array
            Statistics by name.
        """

    def restore(self, arrays: Mapping[str, AnyArray]) -> Self:
        """Return a transformer with given statistics.

        Parameters
        ----------
        arrays : dict of str to Array
            Statistics, as `arrays` returned them.

        Returns
        -------
        Preprocessing
            The fitted transformer.
        """


class Transformer:
    """Base class of the scalers: `_learn` computes the statistics named in `learns`, `_apply` transforms rows."""

    learns: ClassVar[tuple[str, ...]] = ()
    learned_shape: ClassVar[tuple[str, ...]] = ("features",)
    _learned: ClassVar[dict[str, Array] | None] = None  # float64 arrays by name, of that shape; set by fit on the copy

    def _learn(self, X: AnyArray) -> dict[str, Array]:
        return {}

    def _check(self, learned: dict[str, Array]) -> None:
        """Raise ValueError for statistics that `_learn` cannot have returned."""

    def _apply(self, X: AnyArray) -> AnyArray:
        raise NotImplementedError

    def fit(self, X: AnyArray) -> Self:
        """Return a copy fitted on X, (n, features); raise ValueError for NaN, inf, or no rows."""
        X = table(X)
        if not len(X):
            raise ValueError(f"{type(self).__name__} cannot be fitted on no rows")
        checks.finite("X", X)
        return self._with(self._learn(X))

    def transform(self, X: AnyArray) -> Array:
        """Return transformed rows, (n, features), in X's float dtype; integers become float32.

        Raises ValueError, with the position, if a result overflows.
        """
        X = table(X)
        for learned in self.arrays().values():
            if learned.shape[-1] != X.shape[1]:
                raise ValueError(
                    f"{type(self).__name__} was fitted on {learned.shape[-1]} features, but X has {X.shape[1]} columns"
                )
        try:
            with np.errstate(over="raise"):
                return self._apply(X).astype(float_dtype(X), copy=False)
        except FloatingPointError:
            with np.errstate(over="ignore", invalid="ignore"):
                result = self._apply(X).astype(float_dtype(X), copy=False)
        if np.isfinite(result).all():
            return result
        row, column = np.argwhere(~np.isfinite(result))[0]
        message = (
            f"X contains {X[row, column]:g} in row {row}, column {column}, which overflows in {result.dtype} after "
            f"{type(self).__name__}; remove it, or use float64"
        )
        raise checks.RangeError(message, int(row), int(column))

    def arrays(self) -> dict[str, Array]:
        """Return the fitted statistics by name, float64; raise ValueError before fit."""
        if self.learns and self._learned is None:
            name = type(self).__name__
            raise ValueError(
                f"{name} is not fitted yet; use the object that fit returns: scale = {name}().fit(train.X)"
            )
        return dict(self._learned or {})

    def restore(self, arrays: Mapping[str, AnyArray]) -> Self:
        """Return a transformer with these fitted statistics; raise ValueError if names or shapes are invalid."""
        if set(arrays) != set(self.learns):
            expected, got = (", ".join(sorted(keys)) or "none" for keys in (self.learns, arrays))
            raise ValueError(f"{type(self).__name__} needs the arrays {expected}, got {got}")
        learned = {name: np.asarray(arrays[name]) for name in self.learns}
        for name, array in learned.items():
            if array.ndim != len(self.learned_shape) or not array.size or array.dtype.kind != "f":
                shape = ", ".join(self.learned_shape) + "," * (len(self.learned_shape) == 1)
                raise ValueError(
                    f"{name} of {type(self).__name__} must be floats of shape ({shape}), "
                    f"got {array.dtype} of shape {array.shape}"
                )
            checks.same_shape(self.learns[0], learned[self.learns[0]], name, array)
            checks.finite(name, array)
        learned = {name: array.astype(np.float64) for name, array in learned.items()}
        self._check(learned)
        return self._with(learned)

    def _with(self, learned: dict[str, Array]) -> Self:
        fitted = object.__new__(type(self))
        fitted.__dict__.update(self.__dict__, _learned=learned)
        return fitted


def _minimum_maximum(X: AnyArray) -> tuple[Array, Array]:
    """Return the minimum and maximum of each column, (features,) float64 each."""
    lows, highs = zip(*((block.min(axis=0), block.max(axis=0)) for _, block in row_blocks(X)), strict=True)
    return np.min(lows, axis=0).astype(np.float64), np.max(highs, axis=0).astype(np.float64)


def quotient(X: AnyArray, offset: Array, divisor: Array) -> AnyArray:
    """Return (X − offset) / divisor, (n, features), and 0 where the divisor is 0, for constant columns.

    divisor: a quarter of it, (features,), so that differences of the largest floats can be represented.
    """
    varies = divisor > 0
    divisor = np.where(varies, divisor, 1)
    try:
        with np.errstate(over="raise"):
            quotient = (X - offset) / (4 * divisor)
    except FloatingPointError:
        quotient = (X * 0.25 - offset * 0.25) / divisor
    return np.where(varies, quotient, 0)


def table(X: AnyArray) -> AnyArray:
    """Return X as a numeric array, (n, features); raise ValueError for other shapes or dtypes."""
    X = X if is_on_disk(X) else np.asarray(X)
    if X.ndim != 2:
        raise ValueError(f"X must have shape (n, features), got {X.shape}; reshape a single row as X[None]")
    if X.dtype.kind not in "fiub":
        raise ValueError(f"X must contain numbers, got {X.dtype}")
    return X


def float_dtype(X: AnyArray) -> np.dtype[Any]:
    """Return the float dtype of X; float32 for integers."""
    return X.dtype if X.dtype.kind == "f" else np.dtype(np.float32)


@dataclass(frozen=True, eq=False)
class Standardize(Transformer):
    """Standardization: (x − mean) / std, with mean and standard deviation of each column of the training set.

    A column that is constant in the training set becomes 0, also in rows where it has another value.

    Examples
    --------
    >>> Standardize().fit(np.array([[1.0, 7.0], [3.0, 7.0]])).transform(np.array([[1.0, 7.0], [5.0, 8.0]]))
    array([[-1.,  0.],
           [ 3.,  0.]])
    """

    learns: ClassVar[tuple[str, ...]] = ("mean", "std")

    def _learn(self, X: AnyArray) -> dict[str, Array]:
        low, high = _minimum_maximum(X)
        with np.errstate(over="ignore"):
            unit = np.where(np.isfinite(high - low), 1.0, 0.25)  # of columns whose range would overflow
        low, spread = low * unit, high * unit - low * unit
        # Scaled to [0, 1] first, a constant column is exactly 0 and its std too. Computed directly, 1797 times 0.1 has
        # a std of 1e-17, and dividing by it would amplify rounding errors.
        divisor = np.where(spread > 0, spread, 1)
        mean = sum(((block * unit - low) / divisor).sum(axis=0) for _, block in row_blocks(X)) / len(X)  # (features,)
        squares = sum((((block * unit - low) / divisor - mean) ** 2).sum(axis=0) for _, block in row_blocks(X))
        return {"mean": (low + spread * mean) / unit, "std": spread * np.sqrt(squares / len(X)) / unit}

    def _apply(self, X: AnyArray) -> AnyArray:
        mean, std = self.arrays().values()
        return quotient(X, mean, std / 4)


@dataclass(frozen=True, eq=False)
class MinMax(Transformer):
    """Min-max scaling: low + (high − low) · (x − min) / (max − min), per column of the training set.

    A column that is constant in the training set becomes 0, also in rows where it has another value.

    Parameters
    ----------
    low : float, default 0.0
        Lower end of the range.
    high : float, default 1.0
        Upper end of the range.

    Examples
    --------
    >>> MinMax().fit(np.array([[1.0, 7.0], [3.0, 7.0]])).transform(np.array([[1.0, 7.0], [2.0, 7.0]]))
    array([[0. , 0. ],
           [0.5, 0. ]])
    """

    low: float = 0.0
    high: float = 1.0
    learns: ClassVar[tuple[str, ...]] = ("min", "max")

    def __post_init__(self) -> None:
        low = checks.number("low of minmax", self.low)
        checks.number("high of minmax", self.high, above=low)

    def _learn(self, X: AnyArray) -> dict[str, Array]:
        low, high = _minimum_maximum(X)
        return {"min": low, "max": high}

    def _apply(self, X: AnyArray) -> AnyArray:
        low, high = self.arrays().values()
        unit = quotient(X, low, high / 4 - low / 4)
        # In this form, 0 becomes exactly `low` and 1 exactly `high`.
        return np.where(high > low, self.low * (1 - unit) + self.high * unit, 0)


@dataclass(frozen=True, eq=False)
class Divide(Transformer):
    """Division by a constant: x / by, for pixel values from 0 to `by`. Nothing is fitted.

    Parameters
    ----------
    by : float
        The divisor.

    Examples
    --------
    >>> Divide(16).transform(np.array([[0, 8, 16]]))
    array([[0. , 0.5, 1. ]], dtype=float32)
    """

    by: float

    def __post_init__(self) -> None:
        checks.number("by of divide", self.by, above=0)

    def _apply(self, X: AnyArray) -> AnyArray:
        return X / self.by


@dataclass(frozen=True, eq=False)
class NormalizeRows(Transformer):
    """Row normalization: divides each row by its Euclidean norm; zero rows do not change. Nothing is fitted.

    Examples
    --------
    >>> NormalizeRows().transform(np.array([[3.0, 4.0], [0.0, 0.0]]))
    array([[0.6, 0.8],
           [0. , 0. ]])
    """

    def _apply(self, X: AnyArray) -> AnyArray:
        # Dividing by the largest entry first prevents overflow and underflow of the squares.
        largest = np.abs(X.astype(np.float64)).max(axis=1, keepdims=True, initial=0)  # (n, 1)
        row = X / np.where(largest > 0, largest, 1)
        length = np.sqrt((row * row).sum(axis=1, keepdims=True))  # (n, 1)
        return row / np.where(length > 0, length, 1)
