"""The network that trains members with rows of their own."""

from __future__ import annotations

from dataclasses import replace

from glassnet.maths.activations import Activation as ActivationFunction
from glassnet.maths.activations import Softmax, SoftmaxGroups
from glassnet.network.columnwise import ParametricActivation, Scale
from glassnet.network.layer import Layer, Operation
from glassnet.network.layers import Activation, Dropout
from glassnet.network.members import MemberDense, Members
from glassnet.network.network import Network
from glassnet.network.normalization import BatchNorm


def member_count(network: Network) -> int:
    """Return the number of members of a network.

    Raises ValueError if it has no `Members` layer, or if a layer behind that mixes the members.
    """
    position = _position(network)
    members: int = network.operations[position].layer.members  # type: ignore[attr-defined]
    for step in network.operations[position + 1 :]:
        if members > 1 and not _keeps_apart(step.layer, members):
            raise ValueError(
                f"member_batches needs members that stay apart up to the output, but {step.name}, "
                f"{type(step.layer).__name__}, mixes {members} members; use MemberDense(units, {members}), and "
                "softmax_groups for classes"
            )
    return members


def network_of_member_rows(network: Network) -> Network:
    """Return a network with the same parameters, each of whose rows consists of a row for each member.

    X is (n, members · inputs). The layers up to `Members` compute with n · members rows. Each member's part of the
    output belongs to its own row.
    """
    position, members = _position(network), member_count(network)
    first = network.operations[position]
    # With a row for each member, its factors are those of a scale over all of them.
    p, g = ({"s": views["r"].reshape(-1)} for views in (first.p, first.g))
    scale = Operation(first.name, Scale(), p, g, {}, first.source, first.added)
    before = (replace(step, parts=members) for step in network.operations[:position])
    twin = Network.__new__(Network)
    vars(twin).update(
        vars(network),
        inputs=members * network.inputs,
        operations=(*before, scale, *network.operations[position + 1 :]),
        memo={},
    )
    return twin


def have_equal_parts(groups: tuple[int, ...], members: int) -> bool:
    """Return whether groups of classes are the same for each member."""
    return len(groups) >= members and groups == groups[: len(groups) // members] * members


def _position(network: Network) -> int:
    """Return the number of the operation of the `Members` layer."""
    for i, step in enumerate(network.operations):
        if isinstance(step.layer, Members):
            return i
    raise ValueError(
        f"member_batches needs a network of members, but none of its layers, {', '.join(network.names)}, is Members"
    )


def _keeps_apart(layer: Layer, members: int) -> bool:
    """Return whether each member's part of the output depends on its part of the input only."""
    if isinstance(layer, MemberDense):
        return layer.members == members
    if isinstance(layer, (Activation, ParametricActivation)):
        return _is_apart(layer.activation, members)
    return isinstance(layer, (Scale, Dropout, BatchNorm))


def _is_apart(activation: ActivationFunction, members: int) -> bool:
    if isinstance(activation, SoftmaxGroups):
        return have_equal_parts(activation.groups, members)
    return not isinstance(activation, Softmax)
