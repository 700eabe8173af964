"""Names, widths, and connections of a network's layers; the inner layers of a `Residual` are layers of the network."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from glassnet.maths.initializers import Zeros
from glassnet.network.layer import Layer
from glassnet.network.layers import Dense, Residual


@dataclass(frozen=True)
class PlacedLayer:
    """A layer at its position in a network.

    Attributes
    ----------
    name : str
        Its name, such as "dense1" or "residual1.dense1".
    layer : Layer
        The layer.
    inputs, outputs : int
        Number of its inputs and outputs.
    source : str or None
        Name of the layer whose output it gets; None for the network's input.
    added : str or None
        Name of a layer whose output is added to its own; None for none.
    """

    name: str
    layer: Layer
    inputs: int
    outputs: int
    source: str | None
    added: str | None = None

    @property
    def formula(self) -> str:
        """The computation in one line."""
        formula = self.layer.formula()
        return formula if self.added is None else formula.replace("a = ", f"a = {self.added}.a + ", 1)


def place(inputs: int, layers: Sequence[Layer]) -> dict[str, list[PlacedLayer]]:
    """Return the layers of a network at their positions, by the name of each entry of `layers`.

    Raises ValueError if a layer cannot be at its position.
    """
    counts: Counter[str] = Counter()
    before: list[tuple[str, Layer]] = []
    found: dict[str, list[PlacedLayer]] = {}
    source, width = None, inputs
    for one in layers:
        name = _next_name(one, counts)
        one.check_position(name, width, before)
        before.append((name, one))
        found[name] = (
            _inside(name, one, width, source, before)
            if isinstance(one, Residual)
            else [PlacedLayer(name, one, width, one.output_width(width), source)]
        )
        source, width = found[name][-1].name, found[name][-1].outputs
    return found


def _inside(
    name: str, residual: Residual, inputs: int, source: str | None, before: Sequence[tuple[str, Layer]]
) -> list[PlacedLayer]:
    """Return the inner layers of a residual layer, and its linear path."""
    counts: Counter[str] = Counter()
    above, found = list(before), list[PlacedLayer]()
    giver, width = source, inputs
    for one in residual.layers:
        own = f"{name}.{_next_name(one, counts)}"
        one.check_position(own, width, above)
        above.append((own, one))
        found.append(PlacedLayer(own, one, width, one.output_width(width), giver))
        giver, width = own, found[-1].outputs
    linear = Dense(width, init=residual.init or Zeros())
    return [*found, PlacedLayer(f"{name}.linear", linear, inputs, width, source, added=giver)]


def _next_name(one: Layer, counts: Counter[str]) -> str:
    counts[one.kind] += 1
    return f"{one.kind}{counts[one.kind]}"
