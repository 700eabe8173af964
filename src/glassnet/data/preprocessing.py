"""Preprocessing: scaling of the inputs, fitted on the training set.

A transformer is fitted on the training set only and then applied to any rows:

    piece.fit(X)         fitted copy of the transformer, X: (n, features); `piece` itself does not change
    piece.transform(X)   transformed rows, (n, features), in X's float dtype (integers become float32)
    piece.arrays()       fitted statistics by name, for a model file
    piece.restore(a)     transformer with these statistics: piece.restore(piece.fit(X).arrays()) equals piece.fit(X)

Statistics are computed in float64. Fitting on the test set would leak information.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, Self, runtime_checkable

import numpy as np

from glassnet.common import checks, specs
from glassnet.common.arrays import AnyArray, Array
from glassnet.common.selection import is_on_disk, row_blocks, selection


@runtime_checkable
class Preprocessing(Protocol):
    """Protocol of a transformer; a class of your own needs only these four methods."""

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


class _Piece:
    """What the pieces below share: each says what it `learns`, how (`_learn`), and what it does to rows (`_apply`)."""

    learns: ClassVar[tuple[str, ...]] = ()
    _learned: ClassVar[dict[str, Array] | None] = None  # (features,) float64 arrays by name; set on what fit returns

    def _learn(self, X: AnyArray) -> dict[str, Array]:
        return {}

    def _apply(self, X: AnyArray) -> AnyArray:
        raise NotImplementedError

    def fit(self, X: AnyArray) -> Self:
        """Return a copy that has learned its numbers from X, (n, features); NaN, inf and empty tables are refused."""
        X = _table(X)
        if not len(X):
            raise ValueError(f"{type(self).__name__} cannot be fitted on no rows")
        checks.finite("X", X)
        return self._with(self._learn(X))

    def transform(self, X: AnyArray) -> Array:
        """Return the treated rows, (n, features), in X's float dtype; whole numbers become float32."""
        X = _table(X)
        for learned in self.arrays().values():
            if learned.shape != X.shape[1:]:
                raise ValueError(
                    f"{type(self).__name__} was fitted on {len(learned)} features, but X has {X.shape[1]} columns"
                )
        return self._apply(X).astype(_float_dtype(X), copy=False)

    def arrays(self) -> dict[str, Array]:
        """Return what was learned by name, each (features,) float64; ValueError if the piece was not fitted."""
        if self.learns and self._learned is None:
            name = type(self).__name__
            raise ValueError(f"{name} is not fitted yet; use what fit returns: scale = {name}().fit(train.X)")
        return dict(self._learned or {})

    def restore(self, arrays: Mapping[str, AnyArray]) -> Self:
        """Return the piece that had learned these arrays; ValueError if their names or shapes are not right."""
        if set(arrays) != set(self.learns):
            wanted, got = (", ".join(sorted(keys)) or "none" for keys in (self.learns, arrays))
            raise ValueError(f"{type(self).__name__} needs the arrays {wanted}, got {got}")
        learned = {name: np.asarray(arrays[name]) for name in self.learns}
        for name, array in learned.items():
            if array.ndim != 1 or not len(array) or array.dtype.kind != "f":
                raise ValueError(
                    f"{name} of {type(self).__name__} must be floats of shape (features,), "
                    f"got {array.dtype} of shape {array.shape}"
                )
            checks.same_shape(self.learns[0], learned[self.learns[0]], name, array)
            checks.finite(name, array)
        return self._with({name: array.astype(np.float64) for name, array in learned.items()})

    def _with(self, learned: dict[str, Array]) -> Self:
        fitted = object.__new__(type(self))
        fitted.__dict__.update(self.__dict__, _learned=learned)
        return fitted


def _ends(X: AnyArray) -> tuple[Array, Array]:
    """Return every column's smallest and largest number, (features,) float64 each."""
    lows, highs = zip(*((block.min(axis=0), block.max(axis=0)) for _, block in row_blocks(X)), strict=True)
    return np.min(lows, axis=0).astype(np.float64), np.max(highs, axis=0).astype(np.float64)


def _table(X: AnyArray) -> AnyArray:
    X = X if is_on_disk(X) else np.asarray(X)
    if X.ndim != 2:
        raise ValueError(f"X must have shape (n, features), got {X.shape}; one example alone is X[None]")
    if X.dtype.kind not in "fiub":
        raise ValueError(f"X must hold numbers, got {X.dtype}")
    return X


def _float_dtype(X: AnyArray) -> np.dtype[Any]:
    return X.dtype if X.dtype.kind == "f" else np.dtype(np.float32)


@dataclass(frozen=True, eq=False)
class Standardize(_Piece):
    """Standardization: (x − mean) / std, with mean and standard deviation of each column of the training set.

    A column that is constant in the training set becomes x − mean.

    Examples
    --------
    >>> Standardize().fit(np.array([[1.0, 7.0], [3.0, 7.0]])).transform(np.array([[1.0, 7.0], [5.0, 8.0]]))
    array([[-1.,  0.],
           [ 3.,  1.]])
    """

    learns: ClassVar[tuple[str, ...]] = ("mean", "std")

    def _learn(self, X: AnyArray) -> dict[str, Array]:
        low, high = _ends(X)
        spread = high - low
        # Brought to 0..1 first, a constant column is exactly 0 and has a std of exactly 0. Computed from the column
        # as it is, 1797 times 0.1 has a std of 1e-17, and dividing by that would blow up rounding errors.
        divisor = np.where(spread > 0, spread, 1)
        mean = sum(((block - low) / divisor).sum(axis=0) for _, block in row_blocks(X)) / len(X)  # (features,)
        squares = sum((((block - low) / divisor - mean) ** 2).sum(axis=0) for _, block in row_blocks(X))
        return {"mean": low + spread * mean, "std": spread * np.sqrt(squares / len(X))}

    def _apply(self, X: AnyArray) -> AnyArray:
        mean, std = self.arrays().values()
        return (X - mean) / np.where(std > 0, std, 1)


@dataclass(frozen=True, eq=False)
class MinMax(_Piece):
    """Min-max scaling: low + (high − low) · (x − min) / (max − min), per column of the training set.

    A column that is constant in the training set becomes x − min.

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
        low, high = _ends(X)
        return {"min": low, "max": high}

    def _apply(self, X: AnyArray) -> AnyArray:
        low, high = self.arrays().values()
        varies = high > low  # (features,)
        unit = (X - low) / np.where(varies, high - low, 1)
        # Written so that 0 gives exactly `low` and 1 exactly `high`.
        return np.where(varies, self.low * (1 - unit) + self.high * unit, unit)


@dataclass(frozen=True, eq=False)
class Divide(_Piece):
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
class NormalizeRows(_Piece):
    """Row normalization: divides each row by its Euclidean norm; zero rows do not change. Nothing is fitted.

    Examples
    --------
    >>> NormalizeRows().transform(np.array([[3.0, 4.0], [0.0, 0.0]]))
    array([[0.6, 0.8],
           [0. , 0. ]])
    """

    def _apply(self, X: AnyArray) -> AnyArray:
        # Dividing by the largest entry first keeps the squares from overflowing or vanishing.
        largest = np.abs(X.astype(np.float64)).max(axis=1, keepdims=True, initial=0)  # (n, 1)
        row = X / np.where(largest > 0, largest, 1)
        length = np.sqrt((row * row).sum(axis=1, keepdims=True))  # (n, 1)
        return row / np.where(length > 0, length, 1)


@dataclass(frozen=True, eq=False)
class Pipeline:
    """Several transformers in sequence, each fitted on the output of the one before.

    Parameters
    ----------
    steps : sequence of Preprocessing, str, or dict, default ()
        Transformers or specs; without any, X is converted to floats.

    Examples
    --------
    >>> Pipeline(["normalize_rows", "standardize"])
    Pipeline(steps=(NormalizeRows(), Standardize()))
    """

    steps: tuple[Preprocessing, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "steps", tuple(preprocessing(step) for step in self.steps))

    def fit(self, X: AnyArray) -> Self:
        """Return the chain of fitted pieces; X: (n, features)."""
        rows: Any = _table(X)
        fitted: list[Preprocessing] = []
        for step in self.steps:
            fitted.append(step.fit(rows))
            transform = fitted[-1].transform
            rows = selection(rows, transform) if is_on_disk(rows) else transform(rows)
        return type(self)(tuple(fitted))

    def transform(self, X: AnyArray) -> Array:
        """Return the rows after every piece, (n, features)."""
        X = _table(X)
        treated: Array = X.astype(_float_dtype(X), copy=False) if not self.steps else X
        for step in self.steps:
            treated = step.transform(treated)
        return treated

    def arrays(self) -> dict[str, Array]:
        """Return what every piece learned; the names begin with the piece's place, such as "1.mean"."""
        return {f"{i}.{name}": array for i, step in enumerate(self.steps) for name, array in step.arrays().items()}

    def restore(self, arrays: Mapping[str, AnyArray]) -> Self:
        """Return the chain whose pieces had learned these arrays."""
        shares: list[dict[str, AnyArray]] = [{} for _ in self.steps]
        for name, array in arrays.items():
            place, _, rest = name.partition(".")
            if not place.isdecimal() or int(place) >= len(shares):
                raise ValueError(f"array {name!r} belongs to none of the {len(shares)} pieces of preprocessing")
            shares[int(place)][rest] = array
        return type(self)(tuple(step.restore(share) for step, share in zip(self.steps, shares, strict=True)))


@dataclass(frozen=True, eq=False)
class FirstColumns:
    """Apply a transformer to the first `count` columns and pass the others, such as indicators and codes.

    Parameters
    ----------
    count : int
        Number of columns.
    piece : Preprocessing, str, or dict
        The transformer.

    Examples
    --------
    >>> FirstColumns(1, "standardize").fit(X := np.array([[1.0, 5.0], [3.0, 7.0]])).transform(X)
    array([[-1.,  5.],
           [ 1.,  7.]])
    """

    count: int
    piece: Any

    def __post_init__(self) -> None:
        checks.whole_number("count of first_columns", self.count, at_least=1)
        object.__setattr__(self, "piece", preprocessing(self.piece))

    def fit(self, X: AnyArray) -> Self:
        """Return a copy whose piece has learned its numbers from the first columns of X, (n, features)."""
        return type(self)(self.count, self.piece.fit(self._first(X)))

    def transform(self, X: AnyArray) -> Array:
        """Return the rows with the first columns treated, (n, features)."""
        first = self.piece.transform(self._first(X))
        return np.hstack([first, _table(X)[:, self.count :].astype(first.dtype, copy=False)])

    def arrays(self) -> dict[str, Array]:
        """Return what the piece learned, each (count,)."""
        return self.piece.arrays()

    def restore(self, arrays: Mapping[str, AnyArray]) -> Self:
        """Return the piece that had learned these arrays, for the first columns."""
        return type(self)(self.count, self.piece.restore(arrays))

    def _first(self, X: AnyArray) -> Any:
        X = _table(X)
        if X.shape[1] < self.count:
            raise ValueError(f"FirstColumns treats {self.count} columns, but X has {X.shape[1]}")
        count = self.count
        return selection(X, lambda rows: rows[:, :count]) if is_on_disk(X) else X[:, :count]


PREPROCESSING: dict[str, type[Any]] = {
    "standardize": Standardize,
    "minmax": MinMax,
    "divide": Divide,
    "normalize_rows": NormalizeRows,
    "first_columns": FirstColumns,
}


def preprocessing(choice: Any) -> Preprocessing:
    """Return a transformer by name, from a spec or a list of specs, or as it is.

    Parameters
    ----------
    choice : str, dict, Preprocessing, list, or None
        None, "", and an empty list give a pipeline without steps.

    Returns
    -------
    Preprocessing
        The transformer.

    Raises
    ------
    ValueError
        If a name or an option is unknown; the message suggests the closest match.

    Examples
    --------
    >>> preprocessing({"name": "divide", "by": 16})
    Divide(by=16)
    >>> preprocessing(None)
    Pipeline(steps=())
    """
    if choice is None or choice == "":
        return Pipeline()
    if isinstance(choice, (list, tuple)):
        return Pipeline(tuple(choice))
    piece = specs.from_spec("preprocessing", choice, PREPROCESSING)
    if not isinstance(piece, Preprocessing):
        raise TypeError(
            "preprocessing is a name, an object with fit, transform, arrays and restore, or a list of these, "
            f"got {piece!r}"
        )
    return piece


def check_width(piece: Preprocessing, features: int) -> None:
    """Refuse a fitted piece that has not learned from so many columns."""
    if isinstance(piece, Pipeline):
        for step in piece.steps:
            check_width(step, features)
    elif isinstance(piece, FirstColumns):
        if piece.count > features:
            raise ValueError(f"the preprocessing treats {piece.count} columns, there are {features}")
        check_width(piece.piece, piece.count)
    else:
        for name, array in piece.arrays().items():
            if array.shape != (features,):
                raise ValueError(
                    f"array {name} of the preprocessing has shape {array.shape}, there are {features} columns"
                )


def preprocessing_to_spec(piece: Preprocessing) -> Any:
    """Return the words that `preprocessing` turns into the same piece again; for a chain, the list of its pieces'.

    With the arrays this is all a file needs: preprocessing(describe(p)).restore(p.arrays()) does what p does.

    >>> preprocessing_to_spec(Pipeline([Divide(16), Standardize()]))
    [{'name': 'divide', 'by': 16}, 'standardize']
    """
    if isinstance(piece, Pipeline):
        return [preprocessing_to_spec(step) for step in piece.steps]
    if isinstance(piece, FirstColumns):
        return {"name": "first_columns", "count": piece.count, "piece": preprocessing_to_spec(piece.piece)}
    return specs.to_spec(piece, PREPROCESSING)
