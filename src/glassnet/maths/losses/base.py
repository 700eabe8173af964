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

from typing import ClassVar, Protocol, runtime_checkable

import numpy as np

from glassnet.common.arrays import AnyArray, Array


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
