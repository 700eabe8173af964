"""Preprocessing: scaling of the inputs, fitted on the training set.

A transformer is fitted on the training set only and then applied to any rows:

    scale.fit(X)         fitted copy of the transformer, X: (n, features); `scale` itself does not change
    scale.transform(X)   transformed rows, (n, features), in X's float dtype (integers become float32)
    scale.arrays()       fitted statistics by name, for a model file
    scale.restore(a)     transformer with these statistics: scale.restore(scale.fit(X).arrays()) equals scale.fit(X)

Statistics are computed in float64. Fitting on the test set would leak information.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from glassnet.common import checks, specs
from glassnet.common.arrays import AnyArray, Array
from glassnet.common.selection import is_on_disk, selection
from glassnet.data.quantiles import QuantileTransform, RobustScale
from glassnet.data.scaling import Divide, MinMax, NormalizeRows, Preprocessing, Standardize, float_dtype, table
from glassnet.data.target_encoding import TargetEncoding

__all__ = [
    "PREPROCESSING",
    "Divide",
    "FirstColumns",
    "MinMax",
    "NormalizeRows",
    "Pipeline",
    "Preprocessing",
    "QuantileTransform",
    "RobustScale",
    "Standardize",
    "TargetEncoding",
    "added_columns",
    "check_width",
    "preprocessing",
    "preprocessing_to_spec",
]


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
        """Return the pipeline of fitted steps; X: (n, features)."""
        rows: Any = table(X)
        fitted: list[Preprocessing] = []
        for step in self.steps:
            fitted.append(step.fit(rows))
            transform = fitted[-1].transform
            rows = selection(rows, transform) if is_on_disk(rows) else transform(rows)
        return type(self)(tuple(fitted))

    def transform(self, X: AnyArray) -> Array:
        """Return the rows transformed by all steps, (n, features)."""
        X = table(X)
        treated: Array = X.astype(float_dtype(X), copy=False) if not self.steps else X
        for step in self.steps:
            treated = step.transform(treated)
        return treated

    def arrays(self) -> dict[str, Array]:
        """Return the fitted statistics of all steps; names begin with the index of the step, such as "1.mean"."""
        return {f"{i}.{name}": array for i, step in enumerate(self.steps) for name, array in step.arrays().items()}

    def restore(self, arrays: Mapping[str, AnyArray]) -> Self:
        """Return the pipeline with these fitted statistics."""
        shares: list[dict[str, AnyArray]] = [{} for _ in self.steps]
        for name, array in arrays.items():
            place, _, rest = name.partition(".")
            if not place.isdecimal() or int(place) >= len(shares):
                raise ValueError(f"array {name!r} belongs to none of the {len(shares)} preprocessing steps")
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
        """Return a copy fitted on the first columns of X, (n, features)."""
        return type(self)(self.count, self.piece.fit(self._first(X)))

    def transform(self, X: AnyArray) -> Array:
        """Return the rows with their first columns transformed, (n, features)."""
        first = self.piece.transform(self._first(X))
        return np.hstack([first, table(X)[:, self.count :].astype(first.dtype, copy=False)])

    def arrays(self) -> dict[str, Array]:
        """Return the fitted statistics, each (count,)."""
        return self.piece.arrays()

    def restore(self, arrays: Mapping[str, AnyArray]) -> Self:
        """Return a transformer of the first columns with these fitted statistics."""
        return type(self)(self.count, self.piece.restore(arrays))

    def _first(self, X: AnyArray) -> Any:
        X = table(X)
        if X.shape[1] < self.count:
            raise ValueError(f"FirstColumns expects {self.count} columns, but X has {X.shape[1]}")
        count = self.count
        return selection(X, lambda rows: rows[:, :count]) if is_on_disk(X) else X[:, :count]


PreprocessingLike = specs.Spec | Preprocessing | Sequence[object] | None
"""A name, a name with options, an object, a list of these for a Pipeline, or None."""

PREPROCESSING: dict[str, type[Any]] = {
    "standardize": Standardize,
    "minmax": MinMax,
    "robust_scale": RobustScale,
    "quantile": QuantileTransform,
    "target_encoding": TargetEncoding,
    "divide": Divide,
    "normalize_rows": NormalizeRows,
    "first_columns": FirstColumns,
}


def preprocessing(choice: PreprocessingLike) -> Preprocessing:
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
    transformer = specs.from_spec("preprocessing", choice, PREPROCESSING)
    if not isinstance(transformer, Preprocessing):
        raise TypeError(
            "preprocessing is a name, an object with fit, transform, arrays and restore, or a list of these, "
            f"got {transformer!r}"
        )
    return transformer


def added_columns(transformer: Preprocessing) -> int:
    """Return by how many columns a fitted transformer makes rows wider.

    >>> added_columns(Pipeline(["standardize"]))
    0
    """
    if isinstance(transformer, Pipeline):
        return sum(map(added_columns, transformer.steps))
    return transformer.new_columns if isinstance(transformer, TargetEncoding) else 0


def check_width(transformer: Preprocessing, features: int) -> None:
    """Raise ValueError if a transformer was fitted on another number of columns."""
    if isinstance(transformer, Pipeline):
        for step in transformer.steps:
            check_width(step, features)
            features += added_columns(step)
    elif isinstance(transformer, TargetEncoding):
        if transformer.position + len(transformer.levels) > features:
            raise ValueError(f"target_encoding needs more columns than the {features} that there are")
    elif isinstance(transformer, FirstColumns):
        if transformer.count > features:
            raise ValueError(f"the preprocessing treats {transformer.count} columns, there are {features}")
        check_width(transformer.piece, transformer.count)
    else:
        for name, array in transformer.arrays().items():
            if array.shape[-1:] != (features,):
                raise ValueError(
                    f"array {name} of the preprocessing has shape {array.shape}, expected {features} columns"
                )


def preprocessing_to_spec(transformer: Preprocessing) -> str | dict[str, Any] | list[Any]:
    """Return the spec from which `preprocessing` creates an equal transformer; for a pipeline, a list of specs.

    With the fitted statistics, it restores a transformer: preprocessing(preprocessing_to_spec(p)).restore(p.arrays()).

    >>> preprocessing_to_spec(Pipeline([Divide(16), Standardize()]))
    [{'name': 'divide', 'by': 16}, 'standardize']
    """
    if isinstance(transformer, Pipeline):
        return [preprocessing_to_spec(step) for step in transformer.steps]
    if isinstance(transformer, FirstColumns):
        return {"name": "first_columns", "count": transformer.count, "piece": preprocessing_to_spec(transformer.piece)}
    return specs.to_spec(transformer, PREPROCESSING)
