"""Parameter groups: parts of θ with a learning rate and a weight decay of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from glassnet.common import checks, specs
from glassnet.network.parameters import KINDS, Layout, Slot

ParameterGroups = Mapping[str, Mapping[str, float]]
"""Factors by group: {"biases": {"learning_rate": 0.1, "weight_decay": 0}, "dense1": {"learning_rate": 2}}."""

FACTORS = ("learning_rate", "weight_decay")


@dataclass(frozen=True)
class GroupFactors:
    """Factors of the learning rate and of the weight decay.

    weight_decay: None for the default, by which weights decay, but biases and other parameters do not.
    """

    learning_rate: float = 1.0
    weight_decay: float | None = None


def check_groups(name: str, groups: Any) -> None:
    """Raise ValueError or TypeError if these are no groups with factors of at least 0.

    >>> check_groups("parameter_groups", {"biases": {"rate": 2}})
    Traceback (most recent call last):
        ...
    ValueError: unknown factor of parameter_groups['biases'] 'rate'; known: learning_rate, weight_decay
    """
    is_mapping = isinstance(groups, Mapping) and all(isinstance(factors, Mapping) for factors in groups.values())
    if not is_mapping:
        raise TypeError(
            f'{name} must be a mapping of groups to factors, such as {{"biases": {{"learning_rate": 0.1}}}}, got '
            f"{groups!r}"
        )
    for group, factors in groups.items():
        for factor, value in factors.items():
            if factor not in FACTORS:
                raise specs.unknown(f"factor of {name}[{group!r}]", factor, FACTORS)
            checks.number(f"{factor} of {name}[{group!r}]", value, at_least=0)


def factors_of(layout: Layout, groups: ParameterGroups | None) -> tuple[GroupFactors, ...]:
    """Return the factors of every array of a layout, in order.

    Parameters
    ----------
    layout : Layout
        Positions of the parameters.
    groups : mapping, optional
        Factors by group. A key is a parameter ("dense1.W"), a layer ("dense1"), or a kind ("biases"). Each factor comes
        from the most specific key that has it. An inner layer ("residual1.dense1") is more specific than its layer.

    Returns
    -------
    tuple of GroupFactors
        One per slot.

    Raises
    ------
    ValueError
        If a key is no kind, and no parameter or layer of the network.

    Examples
    --------
    >>> layout = Layout.of([("dense1.W", (2, 3)), ("dense1.b", (3,))])
    >>> factors_of(layout, {"dense1": {"learning_rate": 2}, "biases": {"learning_rate": 0.1, "weight_decay": 1}})
    (GroupFactors(learning_rate=2, weight_decay=None), GroupFactors(learning_rate=2, weight_decay=1))
    """
    groups = groups or {}
    known = dict.fromkeys([*(name for slot in layout.slots for name in _keys(slot)), *KINDS])
    for key in groups:
        if key not in known:
            raise specs.unknown("parameter group", key, known)
    return tuple(
        GroupFactors(**{name: value for key in reversed(_keys(slot)) for name, value in groups.get(key, {}).items()})
        for slot in layout.slots
    )


def _keys(slot: Slot) -> list[str]:
    """Return the keys of an array, the most specific first."""
    parts = slot.name.split(".")
    return [*(".".join(parts[:count]) for count in range(len(parts), 0, -1)), slot.kind]
