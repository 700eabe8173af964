"""Softmax, over all outputs of a row or over groups of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from glassnet.common.arrays import Array
from glassnet.maths.groups import check_groups, parts_of


@dataclass(frozen=True)
class Softmax:
    """Softmax: a_j = exp(z_j) / Σ_k exp(z_k), which turns each row of logits into probabilities that sum to one.

    Backward: dz_j = a_j · (da_j − Σ_k da_k a_k), because every output of a row depends on every z of that row.

    References
    ----------
    Bridle, "Probabilistic interpretation of feedforward classification network outputs", 1990.

    Examples
    --------
    >>> Softmax().forward(np.array([[1000.0, 1001.0, 1002.0]])).round(4)
    array([[0.09  , 0.2447, 0.6652]])
    """

    output: ClassVar[str] = "distribution"

    def forward(self, z: Array) -> Array:
        """Return exp(z) / Σ exp(z), the sum taken over each row, (n, units)."""
        # Subtracting the largest z of a row does not change the result (it cancels) and prevents overflow of exp.
        e = np.exp(z - z.max(axis=-1, keepdims=True))
        return e / e.sum(axis=-1, keepdims=True)

    def backward(self, da: Array, z: Array, a: Array) -> Array:
        """Return a · (da − Σ da · a), the sum taken over each row, (n, units)."""
        return a * (da - (da * a).sum(axis=-1, keepdims=True))


@dataclass(frozen=True)
class SoftmaxGroups:
    """Softmax over several groups of outputs, each normalized separately.

    Parameters
    ----------
    groups : tuple of int, default ()
        Number of outputs in each group; () is a single group of all outputs.

    Examples
    --------
    >>> SoftmaxGroups((2, 2)).forward(np.array([[1000.0, 1000.0, 0.0, 1.0]])).round(4)
    array([[0.5   , 0.5   , 0.2689, 0.7311]])
    """

    groups: tuple[int, ...] = ()
    output: ClassVar[str] = "distributions"

    def __post_init__(self) -> None:
        object.__setattr__(self, "groups", check_groups(self.groups))

    def forward(self, z: Array) -> Array:
        """Return exp(z) / Σ exp(z), the sum taken over each group of a row, (n, units)."""
        return np.hstack([Softmax().forward(z[:, part]) for part in parts_of(self.groups, z.shape[1])])

    def backward(self, da: Array, z: Array, a: Array) -> Array:
        """Return a · (da − Σ da · a), the sum taken over each group of a row, (n, units)."""
        parts = parts_of(self.groups, z.shape[1])
        return np.hstack([Softmax().backward(da[:, part], z[:, part], a[:, part]) for part in parts])
