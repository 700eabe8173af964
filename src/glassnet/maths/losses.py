"""How wrong an output is, as one number per row to be made small, each beside its gradient.

A loss is a small object with two functions on a batch of n rows with k outputs:

    value(a, Y)       (n,)     each row's own loss, summed over its outputs
    gradient(a, Y)    (n, k)   its derivative with respect to the output a

and, for the one output activation it is made for (`canonical`), the same two straight from the logits z, where the
activation's derivative cancels against the loss's and no logarithm of a rounded probability is ever taken:

    value_from_logits(z, Y)       (n,)
    gradient_from_logits(a, Y)    (n, k)   with respect to z, given a = activation(z)

A batch's loss is the mean Σ wᵢ ℓᵢ / Σ wᵢ over its rows (`mean_loss`), and every row's gradient is divided by the same
Σ wᵢ (`row_shares`), so that the gradient belongs to the loss that is reported, for one output and for several.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, runtime_checkable

import numpy as np

from glassnet.common import checks, names
from glassnet.common.arrays import AnyArray, Array, IntArray


@runtime_checkable
class Loss(Protocol):
    """What makes a loss; a user's own needs these three functions, and None as the two attributes."""

    canonical: ClassVar[str | None]
    """The name of the output activation with which it is computed from the logits, or None."""
    needs: ClassVar[tuple[str, ...] | None]
    """Which kinds of output (see activations.OUTPUTS) it can be taken of; None for any."""

    def targets(self, y: AnyArray, outputs: int) -> AnyArray:
        """Check y and return it as this loss computes with it: class indices (n,) or numbers (n, outputs)."""

    def value(self, a: Array, Y: AnyArray) -> Array:
        """Return each row's loss, (n,)."""

    def gradient(self, a: Array, Y: AnyArray) -> Array:
        """Return the derivative of each row's loss with respect to a, (n, k)."""


@runtime_checkable
class CanonicalLoss(Loss, Protocol):
    """A loss that can also be computed from the logits of the activation it is made for."""

    def value_from_logits(self, z: Array, Y: AnyArray) -> Array:
        """Return each row's loss, (n,)."""

    def gradient_from_logits(self, a: Array, Y: AnyArray) -> Array:
        """Return the derivative of each row's loss with respect to z, (n, k), given a = activation(z)."""


@dataclass(frozen=True)
class CrossEntropy:
    """How surprised a predicted distribution is by the true class: ℓ = −Σ_j q_j log a_j, with q the target's shares.

    q is one at the true class, or, with label smoothing s, (1 − s) there plus s / k everywhere. Targets are class
    indices (n,) or a row of shares per sample (n, k), one-hot for instance. From the logits, with a = softmax(z):

        ℓ = log Σ_j exp(z_j) − Σ_j q_j z_j          dz = a − q

    Source: Szegedy et al., "Rethinking the Inception architecture", CVPR 2016 (label smoothing).

    >>> CrossEntropy().value(np.array([[0.25, 0.75]]), np.array([1])).round(4)
    array([0.2877])
    """

    label_smoothing: float = 0.0
    canonical: ClassVar[str | None] = "softmax"
    needs: ClassVar[tuple[str, ...] | None] = ("distribution",)

    def __post_init__(self) -> None:
        checks.number("label_smoothing", self.label_smoothing, at_least=0, below=1)

    def targets(self, y: AnyArray, outputs: int) -> AnyArray:
        """Return class indices (n,) in 0 … outputs − 1, or shares (n, outputs) that are at least 0 and sum to one."""
        if y.ndim == 1 or (y.ndim == 2 and y.shape[1] == 1 and outputs > 1):
            return class_indices("y", y.reshape(-1), outputs)
        Y = _numbers("cross_entropy", y, outputs)
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
        return true if s == 0 else (1 - s) * true - s / k * log_a.sum(axis=1)

    def _shares(self, a: Array, Y: AnyArray) -> Array:
        s, k = self.label_smoothing, a.shape[1]
        if Y.ndim == 2:
            return Y if s == 0 else (1 - s) * Y + s / k
        q = np.full_like(a, s / k)
        q[np.arange(len(Y)), Y] += 1 - s
        return q


@dataclass(frozen=True)
class BinaryCrossEntropy:
    """Cross entropy of yes-or-no questions, one per output: ℓ = −Σ_j [y_j log a_j + (1 − y_j) log(1 − a_j)].

    One output for two classes, or several for labels that may hold together (multilabel); y is 0, 1 or between.
    From the logits, with a = sigmoid(z):

        ℓ = Σ_j [max(z_j, 0) − z_j y_j + log(1 + exp(−|z_j|))]          dz = a − y

    >>> BinaryCrossEntropy().value(np.array([[0.25]]), np.array([[1.0]])).round(4)
    array([1.3863])
    """

    canonical: ClassVar[str | None] = "sigmoid"
    needs: ClassVar[tuple[str, ...] | None] = ("distribution", "probability")

    def targets(self, y: AnyArray, outputs: int) -> AnyArray:
        """Return numbers (n, outputs), each in [0, 1]."""
        Y = _numbers("binary_cross_entropy", y, outputs)
        if np.any((Y < 0) | (Y > 1)):
            raise ValueError(f"binary_cross_entropy needs y between 0 and 1, got {Y[(Y < 0) | (Y > 1)][0]:g}")
        return Y

    def value(self, a: Array, Y: AnyArray) -> Array:
        """Return −Σ [y log a + (1 − y) log(1 − a)] per row, (n,); a probability of 0 counts as the smallest number."""
        tiny = np.finfo(a.dtype).tiny
        return -(Y * np.log(np.maximum(a, tiny)) + (1 - Y) * np.log(np.maximum(1 - a, tiny))).sum(axis=1)

    def gradient(self, a: Array, Y: AnyArray) -> Array:
        """Return (1 − y) / (1 − a) − y / a, (n, k)."""
        tiny = np.finfo(a.dtype).tiny
        return (1 - Y) / np.maximum(1 - a, tiny) - Y / np.maximum(a, tiny)

    def value_from_logits(self, z: Array, Y: AnyArray) -> Array:
        """Return Σ [max(z, 0) − z y + log(1 + exp(−|z|))] per row, (n,), exact for any finite z."""
        return (np.maximum(z, 0) - z * Y + np.log1p(np.exp(-np.abs(z)))).sum(axis=1)

    def gradient_from_logits(self, a: Array, Y: AnyArray) -> Array:
        """Return a − y, (n, k)."""
        return a - Y


@dataclass(frozen=True)
class SquaredError:
    """The squared distance from the target: ℓ = Σ_j (a_j − y_j)², da = 2 (a − y); with `half`, half of both.

    >>> SquaredError().value(np.array([[1.0, 5.0]]), np.array([[0.0, 3.0]]))
    array([5.])
    """

    half: bool = False
    canonical: ClassVar[str | None] = "identity"
    needs: ClassVar[tuple[str, ...] | None] = None

    def targets(self, y: AnyArray, outputs: int) -> AnyArray:
        """Return numbers (n, outputs)."""
        return _numbers("squared_error", y, outputs)

    def value(self, a: Array, Y: AnyArray) -> Array:
        """Return Σ (a − y)² per row, (n,)."""
        total = np.square(a - Y).sum(axis=1)
        return total / 2 if self.half else total

    def gradient(self, a: Array, Y: AnyArray) -> Array:
        """Return 2 (a − y), (n, k)."""
        return a - Y if self.half else 2 * (a - Y)

    # The identity's logits are its output, so both ways are one.
    value_from_logits = value
    gradient_from_logits = gradient


@dataclass(frozen=True)
class AbsoluteError:
    """The distance from the target, which large errors do not dominate: ℓ = Σ_j |a_j − y_j|, da = sign(a − y).

    >>> AbsoluteError().value(np.array([[1.0, 5.0]]), np.array([[0.0, 3.0]]))
    array([3.])
    """

    canonical: ClassVar[str | None] = None
    needs: ClassVar[tuple[str, ...] | None] = None

    def targets(self, y: AnyArray, outputs: int) -> AnyArray:
        """Return numbers (n, outputs)."""
        return _numbers("absolute_error", y, outputs)

    def value(self, a: Array, Y: AnyArray) -> Array:
        """Return Σ |a − y| per row, (n,)."""
        return np.abs(a - Y).sum(axis=1)

    def gradient(self, a: Array, Y: AnyArray) -> Array:
        """Return sign(a − y), (n, k); 0 where both are equal."""
        return np.sign(a - Y)


@dataclass(frozen=True)
class Huber:
    """Squared for small errors, absolute for large: with r = a − y, ½ r² where |r| ≤ delta, else delta (|r| − ½ delta).

    Source: Huber, "Robust estimation of a location parameter", Annals of Mathematical Statistics 35, 1964.

    >>> Huber(delta=1.0).value(np.array([[0.5, 5.0]]), np.array([[0.0, 3.0]]))
    array([1.625])
    """

    delta: float = 1.0
    canonical: ClassVar[str | None] = None
    needs: ClassVar[tuple[str, ...] | None] = None

    def __post_init__(self) -> None:
        checks.number("delta of huber", self.delta, above=0)

    def targets(self, y: AnyArray, outputs: int) -> AnyArray:
        """Return numbers (n, outputs)."""
        return _numbers("huber", y, outputs)

    def value(self, a: Array, Y: AnyArray) -> Array:
        """Return Σ huber(a − y) per row, (n,)."""
        # With c = min(|r|, delta) both branches are c (|r| − c / 2), which squares no large number.
        r = np.abs(a - Y)
        c = np.minimum(r, self.delta)
        return (c * (r - c / 2)).sum(axis=1)

    def gradient(self, a: Array, Y: AnyArray) -> Array:
        """Return a − y, cut off at −delta and delta, (n, k)."""
        return np.clip(a - Y, -self.delta, self.delta)


@dataclass(frozen=True)
class Poisson:
    """How unlikely the counts y are at the predicted rates a: ℓ = Σ_j (a_j − y_j log a_j), without the constant log y!.

    From the logits, with a = exp(z), the rate that is always positive:

        ℓ = Σ_j (exp(z_j) − y_j z_j)          dz = a − y

    Source: Nelder & Wedderburn, "Generalized linear models", JRSS A 135, 1972.

    >>> Poisson().value(np.array([[2.0]]), np.array([[3.0]])).round(4)
    array([-0.0794])
    """

    canonical: ClassVar[str | None] = "exponential"
    needs: ClassVar[tuple[str, ...] | None] = ("distribution", "probability", "positive")

    def targets(self, y: AnyArray, outputs: int) -> AnyArray:
        """Return numbers (n, outputs), none below 0."""
        Y = _numbers("poisson", y, outputs)
        if np.any(Y < 0):
            raise ValueError(f"poisson needs counts, at least 0, got {Y[Y < 0][0]:g}")
        return Y

    def value(self, a: Array, Y: AnyArray) -> Array:
        """Return Σ (a − y log a) per row, (n,); a rate of 0 counts as the smallest number there is."""
        return (a - Y * np.log(np.maximum(a, np.finfo(a.dtype).tiny))).sum(axis=1)

    def gradient(self, a: Array, Y: AnyArray) -> Array:
        """Return 1 − y / a, (n, k); never below the least number there is."""
        # An infinite slope times the 0 of an activation that hardly changes any more would be NaN.
        limits = np.finfo(a.dtype)
        with np.errstate(over="ignore"):
            return np.maximum(1 - Y / np.maximum(a, limits.tiny), limits.min)

    def value_from_logits(self, z: Array, Y: AnyArray) -> Array:
        """Return Σ (exp(z) − y z) per row, (n,); inf, without a warning, where exp(z) is too large a number."""
        with np.errstate(over="ignore"):
            return (np.exp(z) - Y * z).sum(axis=1)

    def gradient_from_logits(self, a: Array, Y: AnyArray) -> Array:
        """Return a − y, (n, k)."""
        return a - Y


def mean_loss(losses: Array, weights: Array | None) -> float:
    """Return the mean loss of a batch, Σ w ℓ / Σ w; plain mean without weights, 0 where all weights are 0.

    losses: (n,) one per row; weights: (n,), at least 0, or None.
    """
    if weights is None:
        return float(losses.mean())
    total = weights.sum()
    return float((weights * losses).sum() / total) if total > 0 else 0.0


def row_shares(weights: Array | None, rows: int) -> float | Array:
    """Return what each row's gradient is multiplied with, w / Σ w: a number, or with weights an (n, 1) array."""
    if weights is None:
        return 1 / rows
    total = weights.sum()
    shares = weights / total if total > 0 else np.zeros_like(weights)
    return shares[:, None]


def class_indices(name: str, y: AnyArray, classes: int) -> IntArray:
    """Return y, (n,), as int64 if every entry is a whole number in 0 … classes − 1.

    >>> class_indices("y", np.array([0, 3]), 3)
    Traceback (most recent call last):
        ...
    ValueError: y holds class 3 in row 1; a network with 3 outputs knows classes 0 to 2
    """
    if y.dtype.kind not in "biuf":
        raise TypeError(
            f"{name} must be class indices, got {y.dtype} entries; encode names as 0, 1, 2, … (a Dataset does)"
        )
    with np.errstate(invalid="ignore"):  # what no integer can hold is found to differ below
        indices = y.astype(np.int64)
    bad = np.flatnonzero((indices != y) | (indices < 0) | (indices >= classes))
    if len(bad):
        raise ValueError(
            f"{name} holds class {y[bad[0]]} in row {bad[0]}; a network with {classes} outputs "
            f"knows classes 0 to {classes - 1}"
        )
    return indices


def _numbers(loss_name: str, y: AnyArray, outputs: int) -> AnyArray:
    if y.dtype.kind not in "biuf":
        raise TypeError(f"{loss_name} needs numbers as y, got {y.dtype} entries")
    if y.ndim == 1 and outputs == 1:
        y = y[:, None]
    if y.ndim != 2 or y.shape[1] != outputs:
        raise ValueError(
            f"{loss_name} on {outputs} outputs needs y of shape (n, {outputs}), got {y.shape}"
            + ("; glassnet.one_hot turns class indices into such rows" if y.ndim == 1 else "")
        )
    return y


LOSSES: dict[str, type[Any]] = {
    "cross_entropy": CrossEntropy,
    "binary_cross_entropy": BinaryCrossEntropy,
    "squared_error": SquaredError,
    "absolute_error": AbsoluteError,
    "huber": Huber,
    "poisson": Poisson,
}


def loss(choice: Any) -> Loss:
    """Return the loss that `choice` names, or `choice` itself if it is one.

    >>> loss("cross_entropy")
    CrossEntropy(label_smoothing=0.0)
    """
    piece = names.resolve("loss", choice, LOSSES)
    if not isinstance(piece, Loss):
        raise TypeError(
            "a loss is a name or an object with targets(y, outputs), value(a, Y) and gradient(a, Y), "
            f"and with canonical and needs, which may be None, got {piece!r}"
        )
    return piece


def loss_name(piece: Loss) -> str:
    """Return the name a user would write for this loss; for a user's own, its class name."""
    return next((name for name, cls in LOSSES.items() if cls is type(piece)), type(piece).__name__)


def canonical_loss(activation_name: str) -> Loss:
    """Return the loss that is made for an output activation: cross entropy for softmax, and so on.

    >>> canonical_loss("sigmoid")
    BinaryCrossEntropy()
    """
    for cls in LOSSES.values():
        if cls.canonical == activation_name:
            return loss(cls())
    raise ValueError(f"no loss belongs to output activation {activation_name!r}; name one of {', '.join(LOSSES)}")
