"""Activation functions by name: nonlinear functions of a layer's pre-activation z, each with its derivative.

The protocol of an activation is in `activations/base.py`.
"""

from __future__ import annotations

from typing import Any

from glassnet.common import specs
from glassnet.maths.activations.base import OUTPUTS, Activation
from glassnet.maths.activations.elementwise import (
    ELU,
    GELU,
    SELU,
    Exponential,
    Identity,
    LeakyReLU,
    Mish,
    ReLU,
    Sigmoid,
    SiLU,
    Softplus,
    Tanh,
)
from glassnet.maths.activations.softmax import Softmax, SoftmaxGroups

__all__ = [
    "ACTIVATIONS",
    "ELU",
    "GELU",
    "OUTPUTS",
    "SELU",
    "Activation",
    "Exponential",
    "Identity",
    "LeakyReLU",
    "Mish",
    "ReLU",
    "SiLU",
    "Sigmoid",
    "Softmax",
    "SoftmaxGroups",
    "Softplus",
    "Tanh",
    "activation",
    "activation_name",
]

ActivationLike = specs.Spec | Activation
"""A name, a name with options, or an object."""

ACTIVATIONS: dict[str, type[Any]] = {
    "identity": Identity,
    "linear": Identity,
    "sigmoid": Sigmoid,
    "tanh": Tanh,
    "relu": ReLU,
    "leaky_relu": LeakyReLU,
    "elu": ELU,
    "selu": SELU,
    "gelu": GELU,
    "silu": SiLU,
    "softplus": Softplus,
    "mish": Mish,
    "exponential": Exponential,
    "softmax": Softmax,
    "softmax_groups": SoftmaxGroups,
}


def activation(choice: ActivationLike) -> Activation:
    """Return an activation by name, from a spec, or as it is.

    Parameters
    ----------
    choice : str, dict, or Activation
        A name such as "relu", a spec such as {"name": "leaky_relu", "slope": 0.2}, or an object with forward and
        backward.

    Returns
    -------
    Activation
        The activation function.

    Raises
    ------
    ValueError
        If the name is unknown; the message suggests the closest match.
    TypeError
        If the object has no forward and backward.

    Examples
    --------
    >>> activation("relu")
    ReLU()
    """
    component = specs.from_spec("activation", choice, ACTIVATIONS)
    if not isinstance(component, Activation):
        raise TypeError(
            f"an activation is a name or an object with forward(z) and backward(da, z, a), got {component!r}"
        )
    return component


def activation_name(component: Activation) -> str:
    """Return the name of an activation as a user would write it; for a custom class, its class name.

    Parameters
    ----------
    component : Activation
        An activation function.

    Returns
    -------
    str
        The name.

    Examples
    --------
    >>> activation_name(ReLU())
    'relu'
    """
    return specs.name_in(component, ACTIVATIONS) or type(component).__name__
