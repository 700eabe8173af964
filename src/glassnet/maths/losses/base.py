"""The protocol of a loss function, and the mean loss of a batch.

A loss is an object with two methods on a batch of n rows with k outputs:

    value(a, Y)       (n,)     the loss of each row, summed over its outputs
    gradient(a, Y)    (n, k)   its derivative with respect to the output a

and, for the output activation it is canonical for, the same two computed from the logits z. There the activation's
derivative cancels against that of the loss, and no logarithm of a rounded probability is taken:

    value_from_logits(z, Y)       (n,)
    gradient_from_logits(a, Y)    (n, k)   with respect to z, given a = activation(z)

The loss of a batch is the weighted mean Σ wᵢ ℓᵢ / Σ wᵢ over its rows (`mean_loss`). Every row's gradient is divided by
the same Σ wᵢ (`row_shares`), so the gradient always belongs to the reported loss.
"""

from __future__ import annotations

from typing import ClassVar, Protocol, runtime_checkable

import numpy as np

from glassnet.common.arrays import AnyArray, Array


@runtime_checkable
class Loss(Protocol):
    """Protocol of a loss function.

    A custom class needs these three methods and the two attributes, which may be None.
    """

    canonical: ClassVar[str | None]
    """The name of the output activation with which it is computed from the logits, or None."""
    needs: ClassVar[tuple[str, ...] | None]
    """Accepted kinds of output (see activations.OUTPUTS); None for any."""

    def targets(self, y: AnyArray, outputs: int) -> AnyArray:
        """Validate targets and return them in the form the loss computes with.

        Parameters
        ----------
        y : Array
            Targets as the user passed them.
        outputs : int
            Number of outputs of the network.

        Returns
        -------
        Array
            Class indices (n,), or numbers (n, outputs).

        Raises
        ------
        ValueError
            If the targets do not fit the loss.
        """

    def value(self, a: Array, Y: AnyArray) -> Array:
        """Return the loss of each row.

        Parameters
        ----------
        a : Array, (n, k)
            Outputs of the network.
        Y : Array
            Targets, as `targets` returned them.

        Returns
        -------
        Array, (n,)
            Losses.
        """

    def gradient(self, a: Array, Y: AnyArray) -> Array:
        """Return the gradient of each row's loss with respect to a.

        Parameters
        ----------
        a : Array, (n, k)
            Outputs of the network.
        Y : Array
            Targets, as `targets` returned them.

        Returns
        -------
        Array, (n, k)
            Gradients.
        """


@runtime_checkable
class CanonicalLoss(Loss, Protocol):
    """Protocol of a loss that can also be computed from the logits of its canonical output activation."""

    def value_from_logits(self, z: Array, Y: AnyArray) -> Array:
        """Return the loss of each row, computed from the logits.

        Parameters
        ----------
        z : Array, (n, k)
            Logits.
        Y : Array
            Targets, as `targets` returned them.

        Returns
        -------
        Array, (n,)
            Losses.
        """

    def gradient_from_logits(self, a: Array, Y: AnyArray) -> Array:
        """Return the gradient of each row's loss with respect to z.

        Parameters
        ----------
        a : Array, (n, k)
            Outputs of the network, a = activation(z).
        Y : Array
            Targets, as `targets` returned them.

        Returns
        -------
        Array, (n, k)
            Gradients.
        """


def mean_loss(losses: Array, weights: Array | None) -> float:
    """Return the mean loss of a batch, Σ w ℓ / Σ w; 0 if all weights are 0.

    Parameters
    ----------
    losses : Array, (n,)
        Loss of each row.
    weights : Array, (n,), or None
        Sample weights, at least 0; None for the plain mean.

    Returns
    -------
    float
        The weighted mean.
    """
    if weights is None:
        return float(losses.mean())
    total = weights.sum()
    return float((weights * losses).sum() / total) if total > 0 else 0.0


def row_shares(weights: Array | None, rows: int) -> float | Array:
    """Return the factor of each row's gradient, w / Σ w.

    Parameters
    ----------
    weights : Array, (n,), or None
        Sample weights, at least 0; None if all rows count equally.
    rows : int
        Number of rows.

    Returns
    -------
    float or Array, (n, 1)
        1 / rows, or one factor per row.
    """
    if weights is None:
        return 1 / rows
    total = weights.sum()
    shares = weights / total if total > 0 else np.zeros_like(weights)
    return shares[:, None]
