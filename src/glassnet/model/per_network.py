"""Components of which every network of an ensemble has its own, such as preprocessing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any


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

    @property
    def distinct(self) -> tuple[Any, ...]:
        """The different objects, in order of their first network."""
        return tuple({id(piece): piece for piece in self.pieces}.values())

    @property
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
