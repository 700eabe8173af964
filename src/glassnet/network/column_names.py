"""Names of a network's inputs in its trace, and which outputs of a layer still have them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from glassnet.common.arrays import Array
from glassnet.common.text import brief, printable
from glassnet.network.columnwise import ParametricActivation, Scale
from glassnet.network.embedding import Embedding
from glassnet.network.layer import Layer
from glassnet.network.layers import Activation, Dropout
from glassnet.network.members import Members
from glassnet.network.normalization import BatchNorm, LayerNorm
from glassnet.network.periodic_embedding import PeriodicEmbedding
from glassnet.network.piecewise_linear import PiecewiseLinearEmbedding

MOST_CHARACTERS = 28
"""Longer names are shortened."""

ONE_TO_ONE = (Activation, BatchNorm, Dropout, LayerNorm, ParametricActivation, Scale)
"""Layers whose output i belongs to input i."""


@dataclass(frozen=True)
class ColumnNames:
    """Names of the inputs of a network, such as "sex=female" for a one-hot column.

    Attributes
    ----------
    columns : sequence of str
        One name per input.
    levels : dict of str to sequence of str
        For columns of integer codes, which `Embedding` layers replace: the name of each code.
    """

    columns: Sequence[str]
    levels: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def of_row(self, x: Array) -> list[str]:
        """Return the names for one row, (inputs,), with the category of each code: "city=Rome"."""
        found = []
        for name, value in zip(self.columns, x.tolist(), strict=True):
            levels = self.levels.get(name, ())
            found.append(f"{name}={levels[int(value)]}" if 0 <= value < len(levels) else name)
        return found


def checked_names(names: ColumnNames | Sequence[str] | None, inputs: int) -> ColumnNames | None:
    """Return names that can be printed, with long ones shortened; raise ValueError for a wrong number of names."""
    if names is None:
        return None
    given = names if isinstance(names, ColumnNames) else ColumnNames(tuple(names))
    if isinstance(names, str) or len(given.columns) != inputs:
        raise ValueError(f"names must have a name for each of {inputs} inputs, got {len(given.columns)}")
    levels = {_short(name): tuple(map(_short, own)) for name, own in given.levels.items()}
    return ColumnNames(tuple(map(_short, given.columns)), levels)


def _short(name: object) -> str:
    return brief(printable(name), MOST_CHARACTERS)


def output_names(layer: Layer, names: Sequence[str] | None) -> tuple[str, ...] | None:
    """Return the names of a layer's outputs, given those of its inputs; None if the layer mixes its inputs.

    Examples
    --------
    >>> output_names(Embedding(1, 3, 2), ["age", "city"])
    ('age', 'city[0]', 'city[1]')
    """
    if names is None:
        return None
    if isinstance(layer, ONE_TO_ONE):
        return tuple(names)
    if isinstance(layer, Members):
        return tuple(f"{name} of member {member}" for member in range(layer.members) for name in names)
    if isinstance(layer, Embedding):
        passing = [name for i, name in enumerate(names) if i not in layer.columns]
        return (*passing, *(f"{names[column]}[{i}]" for column in layer.columns for i in range(layer.units)))
    if isinstance(layer, PiecewiseLinearEmbedding):
        vectors = (f"{name}[{i}]" for name in names[: layer.columns] for i in range(layer.units))
        return (*vectors, *names[layer.columns :])
    if isinstance(layer, PeriodicEmbedding):
        vectors = (
            f"{name}[{i}]" if i < layer.units - 1 else name
            for name in names[: layer.columns]
            for i in range(layer.units)
        )
        return (*vectors, *names[layer.columns :])
    return None
