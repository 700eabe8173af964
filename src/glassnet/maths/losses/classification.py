"""Classification losses: cross entropy and its variants, for outputs that are probabilities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from glassnet.common import checks
from glassnet.common.arrays import AnyArray, Array
from glassnet.maths.groups import check_groups, parts_of
from glassnet.maths.losses.targets import class_indices, numbers


@dataclass(frozen=True)
class CrossEntropy:
    """Cross entropy of a predicted distribution: ℓ = −Σ_j q_j log a_j, where q is the target distribution.

    q is one at the true class. With label smoothing s, it is (1 − s) there plus s / k everywhere. Targets are class
    indices (n,) or one distribution per row (n, k), one-hot for example. Computed from the logits, with a = softmax(z):

        ℓ = log Σ_j exp(z_j) − Σ_j q_j z_j          dz = a − q

    Parameters
    ----------
    label_smoothing : float, default 0.0
        Share s of the target probability that is spread evenly over all classes, in [0, 1).
    cap : float, optional
        Upper bound of each row's reported loss; the gradient is not capped. scikit-learn clips probabilities at the
        dtype's ε before taking the logarithm, which is a cap of −log ε.

    References
    ----------
    Szegedy et al., "Rethinking the Inception architecture", CVPR 2016 (label smoothing).

    Examples
    --------
    >>> CrossEntropy().value(np.array([[0.25, 0.75]]), np.array([1])).round(4)
    array([0.2877])
    """

    label_smoothing: float = 0.0
    cap: float | None = None
    canonical: ClassVar[str | None] = "softmax"
    needs: ClassVar[tuple[str, ...] | None] = ("distribution",)

    def __post_init__(self) -> None:
        checks.number("label_smoothing", self.label_smoothing, at_least=0, below=1)
        check_cap(self.cap)

    def targets(self, y: AnyArray, outputs: int) -> AnyArray:
        """Return class indices (n,) in 0 … outputs − 1, or shares (n, outputs) that are at least 0 and sum to one."""
        if y.ndim == 1 or (y.ndim == 2 and y.shape[1] == 1 and outputs > 1):
            return class_indices("y", y.reshape(-1), outputs)
        Y = numbers("cross_entropy", y, outputs)
        total = Y.sum(axis=1, keepdims=True)
        if np.any(Y < 0) or not np.allclose(total, 1, atol=1e-3):
            raise ValueError("cross_entropy needs each row of y to be shares of the classes: at least 0, sum 1")
        # a − q is the gradient only if q sums to one, so what rounding took is given back.
        return Y / total

    def value(self, a: Array, Y: AnyArray) -> Array:
        """Return −Σ q log a per row, (n,); a probability of 0 counts as the smallest number there is."""
        return self._surprise(np.log(np.maximum(a, np.finfo(a.dtype).tiny)), Y)

    def gradient(self, a: Array, Y: AnyArray) -> Array:
        """Return −q / a, (n, k)."""
        return -self._shares(a, Y) / np.maximum(a, np.finfo(a.dtype).tiny)

    def value_from_logits(self, z: Array, Y: AnyArray) -> Array:
        """Return log Σ exp(z) − Σ q z per row, (n,), exact for any finite z."""
        shifted = z - z.max(axis=1, keepdims=True)  # (n, k), at most 0, so exp cannot overflow
        return self._surprise(shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)), Y)

    def gradient_from_logits(self, a: Array, Y: AnyArray) -> Array:
        """Return a − q, (n, k)."""
        return a - self._shares(a, Y)

    def _surprise(self, log_a: Array, Y: AnyArray) -> Array:
        s, k = self.label_smoothing, log_a.shape[1]
        if Y.ndim == 1:
            true = -log_a[np.arange(len(Y)), Y]
        else:
            true = -np.multiply(Y, log_a, out=np.zeros_like(log_a), where=Y > 0).sum(axis=1)
        value = true if s == 0 else (1 - s) * true - s / k * log_a.sum(axis=1)
        return capped(value, self.cap)

    def _shares(self, a: Array, Y: AnyArray) -> Array:
        s, k = self.label_smoothing, a.shape[1]
        if Y.ndim == 2:
            return Y if s == 0 else (1 - s) * Y + s / k
        q = np.full_like(a, s / k)
        q[np.arange(len(Y)), Y] += 1 - s
        return q


@dataclass(frozen=True)
class CrossEntropyGroups:
    """Sum of the cross entropies of several groups of outputs, each with its own distribution.

    Targets are distributions (n, outputs) that sum to one in every group. Computed from the logits, with a =
    softmax_groups(z): dz = a − q.

    Parameters
    ----------
    groups : tuple of int, default ()
        Number of classes in each group, such as (3, 4); () is a single group of all outputs.
    label_smoothing : float, default 0.0
        See CrossEntropy.
    cap : float, optional
        See CrossEntropy.

    Examples
    --------
    >>> CrossEntropyGroups((2, 2)).value(np.array([[0.25, 0.75, 0.5, 0.5]]), np.array([[0, 1, 1, 0]])).round(4)
    array([0.9808])
    """

    groups: tuple[int, ...] = ()
    label_smoothing: float = 0.0
    cap: float | None = None
    canonical: ClassVar[str | None] = "softmax_groups"
    needs: ClassVar[tuple[str, ...] | None] = ("distributions",)

    def __post_init__(self) -> None:
        object.__setattr__(self, "groups", check_groups(self.groups))
        checks.number("label_smoothing", self.label_smoothing, at_least=0, below=1)
        check_cap(self.cap)

    def targets(self, y: AnyArray, outputs: int) -> AnyArray:
        """Return shares (n, outputs) that are at least 0 and sum to one in every group."""
        Y = numbers("cross_entropy_groups", y, outputs)
        parts = [CrossEntropy().targets(Y[:, part], part.stop - part.start) for part in parts_of(self.groups, outputs)]
        return np.hstack(parts)

    def value(self, a: Array, Y: AnyArray) -> Array:
        """Return the sum of all groups' −Σ q log a per row, (n,)."""
        return self._sum(a, Y, "value")

    def gradient(self, a: Array, Y: AnyArray) -> Array:
        """Return −q / a, (n, k)."""
        return self._side_by_side(a, Y, "gradient")

    def value_from_logits(self, z: Array, Y: AnyArray) -> Array:
        """Return the sum of all groups' log Σ exp(z) − Σ q z per row, (n,), exact for any finite z."""
        return self._sum(z, Y, "value_from_logits")

    def gradient_from_logits(self, a: Array, Y: AnyArray) -> Array:
        """Return a − q, (n, k)."""
        return self._side_by_side(a, Y, "gradient_from_logits")

    def _sum(self, a: Array, Y: AnyArray, what: str) -> Array:
        one = getattr(CrossEntropy(self.label_smoothing, self.cap), what)
        total: Array = sum(one(a[:, part], Y[:, part]) for part in parts_of(self.groups, a.shape[1]))
        return total

    def _side_by_side(self, a: Array, Y: AnyArray, what: str) -> Array:
        one = getattr(CrossEntropy(self.label_smoothing, self.cap), what)
        return np.hstack([one(a[:, part], Y[:, part]) for part in parts_of(self.groups, a.shape[1])])


@dataclass(frozen=True)
class BinaryCrossEntropy:
    """Binary cross entropy, one per output: ℓ = −Σ_j [y_j log a_j + (1 − y_j) log(1 − a_j)].

    One output for two classes, or several for labels that can occur together (multilabel). Targets y are 0, 1, or in
    between. Computed from the logits, with a = sigmoid(z):

        ℓ = Σ_j [max(z_j, 0) − z_j y_j + log(1 + exp(−|z_j|))]          dz = a − y

    Parameters
    ----------
    cap : float, optional
        Upper bound of each output's reported loss; see CrossEntropy.

    Examples
    --------
    >>> BinaryCrossEntropy().value(np.array([[0.25]]), np.array([[1.0]])).round(4)
    array([1.3863])
    """

    cap: float | None = None
    canonical: ClassVar[str | None] = "sigmoid"
    needs: ClassVar[tuple[str, ...] | None] = ("distribution", "distributions", "probability")

    def __post_init__(self) -> None:
        check_cap(self.cap)

    def targets(self, y: AnyArray, outputs: int) -> AnyArray:
        """Return numbers (n, outputs), each in [0, 1]."""
        Y = numbers("binary_cross_entropy", y, outputs)
        if np.any((Y < 0) | (Y > 1)):
            raise ValueError(f"binary_cross_entropy needs y between 0 and 1, got {Y[(Y < 0) | (Y > 1)][0]:g}")
        return Y

    def value(self, a: Array, Y: AnyArray) -> Array:
        """Return −Σ [y log a + (1 − y) log(1 − a)] per row, (n,); a probability of 0 counts as the smallest number."""
        tiny = np.finfo(a.dtype).tiny
        values = -(Y * np.log(np.maximum(a, tiny)) + (1 - Y) * np.log(np.maximum(1 - a, tiny)))
        return capped(values, self.cap).sum(axis=1)

    def gradient(self, a: Array, Y: AnyArray) -> Array:
        """Return (1 − y) / (1 − a) − y / a, (n, k)."""
        tiny = np.finfo(a.dtype).tiny
        return (1 - Y) / np.maximum(1 - a, tiny) - Y / np.maximum(a, tiny)

    def value_from_logits(self, z: Array, Y: AnyArray) -> Array:
        """Return Σ [max(z, 0) − z y + log(1 + exp(−|z|))] per row, (n,), exact for any finite z."""
        values = np.maximum(z, 0) - z * Y + np.log1p(np.exp(-np.abs(z)))
        return capped(values, self.cap).sum(axis=1)

    def gradient_from_logits(self, a: Array, Y: AnyArray) -> Array:
        """Return a − y, (n, k)."""
        return a - Y


def check_cap(cap: float | None) -> None:
    """Raise ValueError if a cap is not above 0; None means no cap."""
    if cap is not None:
        checks.number("cap", cap, above=0)


def capped(values: Array, cap: float | None) -> Array:
    """Return the values, each at most the cap."""
    return values if cap is None else np.minimum(values, cap)
