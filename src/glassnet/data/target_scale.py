"""Scaling of numeric targets for training, and its inverse for predictions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

import numpy as np

from glassnet.common.arrays import AnyArray, Array
from glassnet.common.specs import unknown
from glassnet.data.quantiles import QuantileTransform
from glassnet.data.scaling import Transformer

SKEWED = 2.0
"""Skewness, that of an exponential distribution, beyond which "auto" maps the quantiles of a target."""


class StandardizedTarget(Transformer):
    """(y − center) / spread, with the mean and the standard deviation; the spread of a constant target is 1."""

    learns: ClassVar[tuple[str, ...]] = ("center", "spread")

    def _learn(self, X: AnyArray) -> dict[str, Array]:
        largest = np.abs(X).max(axis=0)
        may_overflow = largest > np.sqrt(np.finfo(X.dtype).max) / len(X)  # squares, and their sum
        unit = np.where(may_overflow, largest, 1).astype(X.dtype)
        spread = np.where(X.max(axis=0) > X.min(axis=0), (X / unit).std(axis=0) * unit, 1.0)
        return {"center": X.mean(axis=0).astype(np.float64), "spread": spread.astype(np.float64)}

    def _check(self, learned: dict[str, Array]) -> None:
        if (learned["spread"] <= 0).any():
            raise ValueError("spread of a target must be above 0")

    def _apply(self, X: AnyArray) -> AnyArray:
        center, spread = self.arrays().values()
        return (X - center) / spread

    def inverse_transform(self, Z: Array) -> Array:
        """Return Z · spread + center, (n, outputs)."""
        center, spread = self.arrays().values()
        return Z * spread + center


PIECES: dict[str, type[Any]] = {"standardize": StandardizedTarget, "quantile": QuantileTransform}
METHODS = (*PIECES, "auto")


@dataclass(frozen=True, eq=False)
class TargetScale:
    """Scale of numeric targets: networks are trained on scaled targets, and predictions are scaled back.

    Parameters
    ----------
    method : {"standardize", "quantile", "auto"}, default "standardize"
        "standardize" subtracts the mean and divides by the standard deviation. "quantile" maps the quantiles of the
        training target to those of a normal distribution (see `QuantileTransform`), for targets with heavy tails; its
        predictions lie within the range of the training target. "auto" chooses "quantile" if the skewness of a target
        is beyond ±2, else "standardize".

    Examples
    --------
    >>> scale = TargetScale("quantile").fit(np.array([1.0, 2.0, 4.0, 8.0, 1000.0]))
    >>> scale.transform(np.array([2.0, 4.0])).round(3)
    array([-0.674,  0.   ])
    >>> scale.inverse_transform(np.array([[0.0], [0.3], [9.0]])).round(1)
    array([[   4. ],
           [   5.9],
           [1000. ]])
    """

    method: str = "standardize"
    _piece: ClassVar[Any] = None  # the fitted transformer; set by fit on the copy

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise unknown("target_scale", self.method, METHODS)

    def fit(self, y: AnyArray) -> Self:
        """Return a copy fitted on training targets, (n,) or (n, outputs); "auto" becomes the chosen method."""
        columns = _columns(y)
        method = self.method
        if method == "auto":
            method = "quantile" if (np.abs(skewness(columns)) > SKEWED).any() else "standardize"
        return self._with(method, PIECES[method]().fit(columns))

    def transform(self, y: AnyArray) -> Array:
        """Return scaled targets, of the same shape as y."""
        scaled: Array = self._fitted().transform(_columns(y)).reshape(np.shape(y))
        return scaled

    def inverse_transform(self, output: Array) -> Array:
        """Return outputs of a network, (n, outputs), in the units of the target."""
        original: Array = self._fitted().inverse_transform(output)
        return original

    def arrays(self) -> dict[str, Array]:
        """Return the fitted statistics by name; their last axis has one entry per output."""
        learned: dict[str, Array] = self._fitted().arrays()
        return learned

    def restore(self, arrays: Mapping[str, AnyArray]) -> Self:
        """Return a scale with these fitted statistics; raise ValueError if names or shapes are invalid."""
        if self.method not in PIECES:
            raise ValueError(f"a fitted target_scale is one of {', '.join(PIECES)}, got {self.method!r}")
        return self._with(self.method, PIECES[self.method]().restore(arrays))

    def _with(self, method: str, piece: Any) -> Self:
        fitted = replace(self, method=method)
        fitted.__dict__["_piece"] = piece
        return fitted

    def _fitted(self) -> Any:
        if self._piece is None:
            raise ValueError("TargetScale is not fitted yet; use the object that fit returns")
        return self._piece


def _columns(y: AnyArray) -> Array:
    """Return targets, (n,) or (n, outputs), as floats, (n, outputs)."""
    y = np.asarray(y)
    floats: Array = y if y.dtype.kind == "f" else y.astype(np.float64)
    return floats.reshape(len(y), -1)


def skewness(columns: Array) -> Array:
    """Return the skewness of each column, (n, k): the mean of ((y − mean) / std)³; 0 for constant columns.

    >>> skewness(np.array([[0.0, 1.0], [0.0, 1.0], [3.0, 1.0]])).round(3)
    array([0.707, 0.   ])
    """
    standardized = StandardizedTarget().fit(columns).transform(columns).astype(np.float64)
    return np.asarray((standardized**3).mean(axis=0))
