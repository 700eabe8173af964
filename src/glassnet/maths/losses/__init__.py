"""Loss functions by name: cross entropy for classes, squared error and its relatives for numbers.

The protocol of a loss, and how the losses of a batch's rows become their mean, is in `losses/base.py`.
"""

from __future__ import annotations

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

LossLike = specs.Spec | Loss
"""A name, a name with options, or an object."""

LOSSES: dict[str, type[Loss]] = {
    "cross_entropy": CrossEntropy,
    "binary_cross_entropy": BinaryCrossEntropy,
    "cross_entropy_groups": CrossEntropyGroups,
    "squared_error": SquaredError,
    "absolute_error": AbsoluteError,
    "huber": Huber,
    "quantile": Quantile,
    "poisson": Poisson,
}


def loss(choice: LossLike) -> Loss:
    """Return a loss by name, from a spec, or as it is.

    Parameters
    ----------
    choice : str, dict, or Loss
        A name such as "cross_entropy", a spec such as {"name": "huber", "delta": 2}, or an object with targets, value,
        and gradient.

    Returns
    -------
    Loss
        The loss function.

    Raises
    ------
    ValueError
        If the name is unknown; the message suggests the closest match.
    TypeError
        If the object lacks one of the methods or attributes.

    Examples
    --------
    >>> loss("cross_entropy")
    CrossEntropy(label_smoothing=0.0, cap=None)
    """
    component = specs.from_spec("loss", choice, LOSSES)
    if not isinstance(component, Loss):
        raise TypeError(
            "a loss is a name or an object with targets(y, outputs), value(a, Y) and gradient(a, Y), "
            f"and with canonical and needs, which may be None, got {component!r}"
        )
    return component


def loss_name(component: Loss) -> str:
    """Return the name of a loss as a user would write it; for a custom class, its class name.

    Parameters
    ----------
    component : Loss
        A loss function.

    Returns
    -------
    str
        The name.
    """
    return specs.name_in(component, LOSSES) or type(component).__name__


def canonical_loss(activation_name: str) -> Loss:
    """Return the canonical loss of an output activation: cross entropy for softmax, for example.

    Parameters
    ----------
    activation_name : str
        Name of the output activation.

    Returns
    -------
    Loss
        The loss that is computed from the logits of this activation.

    Raises
    ------
    ValueError
        If no loss is canonical for this activation.

    Examples
    --------
    >>> canonical_loss("sigmoid")
    BinaryCrossEntropy(cap=None)
    """
    for cls in LOSSES.values():
        if cls.canonical == activation_name:
            return loss(cls())
    raise ValueError(f"no loss belongs to output activation {activation_name!r}; name one of {', '.join(LOSSES)}")
