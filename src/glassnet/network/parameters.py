"""One vector for all parameters of a network, with named views into it.

θ holds every weight and bias in the order in which the layers are declared; g holds their gradients in the same
positions. A layer's `W` is a view of θ: changing one changes the other. An optimizer step is therefore one pass over a
vector, and a model file stores just that vector.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from glassnet.common.arrays import AnyArray, Array

KINDS = ("weights", "biases", "scales", "embeddings", "activations")
"""Kinds of parameters."""


@dataclass(frozen=True)
class Slot:
    """Position of one array in the vector: entries start … stop − 1, viewed with the given shape.

    `is_weight` is true for weights, which penalties and weight decay apply to, and false for biases and normalizations.
    `kind` is one of KINDS; the weights of an embedding have the kind "embeddings".
    """

    name: str
    shape: tuple[int, ...]
    start: int
    stop: int
    is_weight: bool
    kind: str


@dataclass(frozen=True)
class Layout:
    """Positions of all named arrays in the vector, contiguous, in declaration order.

    Attributes
    ----------
    slots : tuple of Slot
        One slot per array.

    Examples
    --------
    >>> layout = Layout.of([("dense1.W", (2, 3)), ("dense1.b", (3,))])
    >>> layout.size, [slot.name for slot in layout.slots]
    (9, ['dense1.W', 'dense1.b'])
    """

    slots: tuple[Slot, ...]

    @classmethod
    def of(cls, shapes: Iterable[tuple[str, tuple[int, ...]]], kinds: Mapping[str, str] | None = None) -> Layout:
        """Return the layout of arrays with the given names and shapes.

        kinds: kinds by name; by default, "weights" for a name that ends in W, and "biases" for any other.
        """
        slots: list[Slot] = []
        start = 0
        for name, shape in shapes:
            stop = start + math.prod(shape)
            is_weight = name.endswith(".W")
            kind = (kinds or {}).get(name, "weights" if is_weight else "biases")
            slots.append(Slot(name, shape, start, stop, is_weight, kind))
            start = stop
        return cls(tuple(slots))

    @property
    def size(self) -> int:
        """Length of the vector."""
        return self.slots[-1].stop if self.slots else 0

    @property
    def weights(self) -> tuple[slice, ...]:
        """Positions of the weights, which penalties and weight decay apply to."""
        return tuple(slice(slot.start, slot.stop) for slot in self.slots if slot.is_weight)

    def views(self, vector: Array) -> dict[str, Array]:
        """Return a view of a vector, (size,), for every name, in order."""
        return {slot.name: vector[slot.start : slot.stop].reshape(slot.shape) for slot in self.slots}

    def entry_name(self, index: int) -> str:
        """Return the name of one entry of the vector: "dense1.W[0, 2]".

        >>> Layout.of([("dense1.W", (2, 3)), ("dense1.b", (3,))]).entry_name(5)
        'dense1.W[1, 2]'
        """
        slot = next(slot for slot in self.slots if slot.start <= index < slot.stop)
        inside, entry_name = index - slot.start, []
        for length in reversed(slot.shape):
            inside, position = divmod(inside, length)
            entry_name.append(position)
        return f"{slot.name}[{', '.join(map(str, reversed(entry_name)))}]"


def copy_into(vector: AnyArray, values: AnyArray, name: str) -> None:
    """Copy values into a vector in place, so that all its views see them."""
    if values.shape != vector.shape:
        raise ValueError(f"{name} must be one vector of shape {vector.shape}, got {values.shape}")
    vector[:] = values
