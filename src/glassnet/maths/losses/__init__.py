"""Loss functions by name: cross entropy for classes, squared error and its relatives for numbers.

What a loss is, and how the losses of the rows become the mean of a batch, is in `losses/base.py`.
"""

from __future__ import annotations

from typing import Any

from glassnet.common import specs
from glassnet.maths.losses.base import CanonicalLoss, Loss, mean_loss, row_shares
from glassnet.maths.losses.classification import BinaryCrossEntropy, CrossEntropy, CrossEntropyGroups
from glassnet.maths.losses.regression import AbsoluteError, Huber, Poisson, Quantile, SquaredError

__all__ = [
    "LOSSES",
    "AbsoluteError",
    "BinaryCrossEntropy",
    "CanonicalLoss",
    "CrossEntropy",
    "CrossEntropyGroups",
    "Huber",
    "Loss",
    "Poisson",
    "Quantile",
    "SquaredError",
    "canonical_loss",
    "loss",
    "loss_name",
    "mean_loss",
    "row_shares",
]

LOSSES: dict[str, type[Any]] = {
    "cross_entropy": CrossEntropy,
    "binary_cross_entropy": BinaryCrossEntropy,
    "cross_entropy_groups": CrossEntropyGroups,
    "squared_error": SquaredError,
    "absolute_error": AbsoluteError,
    "huber": Huber,
    "quantile": Quantile,
    "poisson": Poisson,
}


def loss(choice: Any) -> Loss:
    """Return the loss that `choice` names, or `choice` itself if it is one.

    >>> loss("cross_entropy")
    CrossEntropy(label_smoothing=0.0, cap=None)
    """
    piece = specs.from_spec("loss", choice, LOSSES)
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
    BinaryCrossEntropy(cap=None)
    """
    for cls in LOSSES.values():
        if cls.canonical == activation_name:
            return loss(cls())
    raise ValueError(f"no loss belongs to output activation {activation_name!r}; name one of {', '.join(LOSSES)}")
