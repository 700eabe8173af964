"""Separation of a network of members into an ensemble of networks, one per member."""

from __future__ import annotations

from typing import Any

import numpy as np

from glassnet.common.arrays import Array
from glassnet.maths.activations import Softmax, SoftmaxGroups
from glassnet.network.columnwise import ParametricActivation, Scale
from glassnet.network.ensemble import Ensemble
from glassnet.network.layer import Layer
from glassnet.network.layers import Activation, Dense, Dropout
from glassnet.network.members import MemberDense, Members
from glassnet.network.network import Network


def separate_members(network: Network) -> Ensemble:
    """Return an ensemble with a network for each member of a network, which predicts the mean of the members.

    Parameters
    ----------
    network : Network
        Network that begins with `Members`, and has only `MemberDense`, `Scale`, `Activation`, `ParametricActivation`,
        and `Dropout` layers behind it. Its output consists of one part for each member.

    Returns
    -------
    Ensemble
        The networks, with copies of the parameters; softmax_groups becomes softmax.

    Raises
    ------
    ValueError
        If the network has other layers.

    Examples
    --------
    >>> from glassnet.maths.losses import CrossEntropyGroups
    >>> heads = [MemberDense(3, 2, shared=False), Activation(SoftmaxGroups((3, 3)))]
    >>> net = Network(4, [Members(2), MemberDense(8, 2), Activation("relu"), Scale(), *heads])
    >>> separate_members(net).predict_proba(np.ones((5, 4))).shape
    (5, 3)
    """
    first = network.layers[0]
    if not isinstance(first, Members):
        raise ValueError(f"a network of members begins with Members, but {network.names[0]} is the first layer")
    networks = []
    for member in range(first.members):
        parts = [_part(network, i, member, first.members) for i in range(len(network.layers))]
        own = Network(network.inputs, [layer for layer, _ in parts], dtype=network.dtype)
        for name, (_, values) in zip(own.names, parts, strict=True):
            for short, value in values.items():
                own.named_parameters()[f"{name}.{short}"][:] = value
        networks.append(own)
    return Ensemble(networks)


def _part(network: Network, index: int, member: int, members: int) -> tuple[Layer, dict[str, Array]]:
    """Return a member's part of a layer, and its parameters by short name."""
    layer, name = network.layers[index], network.names[index]

    def view(short: str) -> Any:
        return network.named_parameters()[f"{name}.{short}"]

    def columns(short: str) -> Array:
        part: Array = np.split(view(short), members)[member]
        return part

    if isinstance(layer, Members) and index == 0:
        return Scale(), {"s": view("r")[member]}
    if isinstance(layer, MemberDense) and layer.members == members:
        W = view("W") if layer.shared else columns("W")
        return Dense(layer.units), {"W": W, "b": view("b")[member]}
    if isinstance(layer, Scale):
        return layer, {"s": columns("s")}
    if isinstance(layer, ParametricActivation):
        return layer, {"alpha": columns("alpha")}
    if isinstance(layer, Activation):
        return (Activation(Softmax()) if isinstance(layer.activation, SoftmaxGroups) else layer), {}
    if isinstance(layer, Dropout):
        return layer, {}
    raise ValueError(f"{name}, {type(layer).__name__}, has no part for each member")
