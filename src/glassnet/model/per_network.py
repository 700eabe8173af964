"""Components of which every network of an ensemble has its own, such as preprocessing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from glassnet.common.arrays import AnyArray, Array
from glassnet.data.preprocessing import Preprocessing
from glassnet.network.network import Network


@dataclass(frozen=True, eq=False)
class PerNetwork:
    """One component per network of an ensemble: its preprocessing, or the scale of its target.

    Networks may share an object, which is then applied and stored once.

    Parameters
    ----------
    pieces : sequence
        One component per network, in order.

    Examples
    --------
    >>> from glassnet.data.preprocessing import Divide
    >>> shared = Divide(2)
    >>> PerNetwork([shared, Divide(4), shared]).positions
    (0, 1, 0)
    """

    pieces: Sequence[Any]

    def __post_init__(self) -> None:
        object.__setattr__(self, "pieces", tuple(self.pieces))

    def __len__(self) -> int:
        return len(self.pieces)

    @cached_property
    def distinct(self) -> tuple[Any, ...]:
        """The different objects, in order of their first network."""
        return tuple({id(piece): piece for piece in self.pieces}.values())

    @cached_property
    def positions(self) -> tuple[int, ...]:
        """For each network, the index of its object in `distinct`."""
        place = {id(piece): i for i, piece in enumerate(self.distinct)}
        return tuple(place[id(piece)] for piece in self.pieces)

    def map(self, function: Callable[[Any], Any]) -> PerNetwork:
        """Return a function's result for every piece; shared objects stay shared."""
        made = [function(piece) for piece in self.distinct]
        return PerNetwork([made[i] for i in self.positions])


def pieces_of(choice: Any, count: int) -> tuple[Any, ...]:
    """Return the component of each of `count` networks, which may be the same for all."""
    return tuple(choice.pieces) if isinstance(choice, PerNetwork) else (choice,) * count


def distinct_pieces(choice: Any) -> tuple[Any, ...]:
    """Return the different components of the networks; a single one if it is the same for all."""
    return choice.distinct if isinstance(choice, PerNetwork) else (choice,)


def preprocessed(transformer: Preprocessing, rows: AnyArray) -> Array:
    """Return transformed rows, (n, inputs)."""
    with np.errstate(over="ignore"):  # values that overflow here raise an error in the network's input checks
        return transformer.transform(rows)


def outputs_of_each(networks: Sequence[Network], preprocessing: Any, target_scale: Any, rows: AnyArray) -> list[Array]:
    """Return the output of each network for validated rows, (n, outputs), in the units of the target.

    preprocessing, target_scale: of all networks, or a PerNetwork; shared ones are applied once.
    """
    inputs: dict[tuple[int, np.dtype[Any]], Array] = {}
    outputs = []
    for network, piece in zip(networks, pieces_of(preprocessing, len(networks)), strict=True):
        key = id(piece), network.dtype
        if key not in inputs:
            inputs[key] = _in_dtype(preprocessed(piece, rows), network.dtype)
        outputs.append(network.predict_proba(inputs[key]))
    scales = pieces_of(target_scale, len(networks))
    for scale in distinct_pieces(target_scale):
        if scale is None:
            continue
        own = [i for i, other in enumerate(scales) if other is scale]
        original = scale.inverse_transform(np.concatenate([outputs[i] for i in own]))
        for i, part in zip(own, np.split(original, len(own)), strict=True):
            outputs[i] = part.astype(outputs[i].dtype, copy=False)
    return outputs


def _in_dtype(rows: Array, dtype: np.dtype[Any]) -> Array:
    """Return rows in a network's dtype, or as they are if that overflows: the network's own check names the number."""
    with np.errstate(over="ignore"):
        converted = rows.astype(dtype, copy=False)
    return converted if np.isfinite(converted).all() else rows
