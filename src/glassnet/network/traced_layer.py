"""A layer in the text of a trace: its arrays, its example unit, and the names of its inputs and outputs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from glassnet.common.arrays import Array
from glassnet.network.column_names import ColumnNames
from glassnet.network.embedding import Embedding
from glassnet.network.periodic_embedding import PeriodicEmbedding
from glassnet.network.piecewise_linear import PiecewiseLinearEmbedding
from glassnet.network.trace_numbers import Number, named_products, number, over_rows, products, signed

Values = Mapping[str, Array]
"""Arrays of a layer by name."""


@dataclass(frozen=True)
class TracedLayer:
    """A layer in a trace, and what its formulas refer to.

    v: its arrays. below: name of its input. added: name and value, (n, units), of an output that it adds to its own.
    inputs, outputs: names of its inputs and outputs, if they have any. names: all names of columns and levels.
    """

    layer: Any
    v: Values
    below: str
    added: tuple[str, Array] | None = None
    inputs: Sequence[str] | None = None
    outputs: Sequence[str] | None = None
    names: ColumnNames | None = None

    @property
    def blame(self) -> str:
        """Name of the derivative by which the example is chosen."""
        return "dz" if "dz" in self.v else "da"

    @property
    def vectors(self) -> slice:
        """The outputs of an embedding that are learned vectors, or all outputs of another layer."""
        if isinstance(self.layer, Embedding):
            return slice(self.v["a"].shape[1] - len(self.layer.columns) * self.layer.units, None)
        if isinstance(self.layer, (PeriodicEmbedding, PiecewiseLinearEmbedding)):
            return slice(0, self.layer.columns * self.layer.units)
        return slice(None)

    @property
    def unit(self) -> int:
        """The unit that serves as the example: the one with the largest |dz| or |da|, of the vectors in embeddings."""
        blame = np.abs(self.v[self.blame][0])
        own = blame[self.vectors]
        if isinstance(self.layer, PeriodicEmbedding):  # the last number of each vector is the column itself
            own = np.where(np.arange(len(own)) % self.layer.units == self.layer.units - 1, -1, own)
        return int(own.argmax()) + (self.vectors.start or 0)

    @property
    def example(self) -> str:
        """Which unit is the example, and why."""
        of_vectors = " of a vector" if self.vectors != slice(None) else ""
        return f"example: unit {self.label(self.unit)}, with the largest |{self.blame}|{of_vectors}"

    def label(self, unit: int) -> str:
        """Return the name of an output, or its number."""
        return str(unit) if self.outputs is None else self.outputs[unit]

    def input(self, i: int) -> str:
        """Return the name of an input, or its number."""
        return str(i) if self.inputs is None else self.inputs[i]

    def of(self, name: str, unit: int) -> float:
        """Return a number of row 0."""
        return float(self.v[name][0, unit])

    def entry(self, place: str, term: str, own: Number, total: Number) -> str:
        """Return an entry of a gradient, summed over the rows; own: the number of row 0."""
        return over_rows(place, term, own, total, len(self.v["a"]) - 1)

    def total(
        self, place: str, left: Array, right: Array, last: Sequence[tuple[str, Number]], result: Number
    ) -> list[str]:
        """Return a scalar product of the inputs' numbers with weights, plus other terms."""
        if self.inputs is None or len(left) != len(self.inputs):
            text = " + ".join([products(left, right), *(signed(value) for _, value in last)])
            return [f"{place} = {text} = {number(result)}"]
        text = " + ".join([f"Σ x·W[…, {place.partition('[')[2]}", *(name for name, _ in last)])
        return [f"{place} = {text} = {number(result)}, of which", *named_products(left, right, self.inputs, last)]


Lines = Callable[[TracedLayer], list[str]]
