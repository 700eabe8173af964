"""The interface of a layer. A layer describes a computation; its parameters lie in θ.

A layer is a frozen dataclass. Rows are samples: x is (n, inputs), the output is (n, outputs). `forward` returns the
output and a cache for `backward`; a layer stores nothing between calls. A layer of your own is a frozen dataclass that
derives from `Layer` and overrides what differs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from glassnet.common.arrays import AnyArray, Array

Views = Mapping[str, Array]
Shapes = dict[str, tuple[int, ...]]


@dataclass(frozen=True)
class Defaults:
    """Initializers that a network uses for layers without their own."""

    init: Any = None
    bias_init: Any = None


@dataclass(frozen=True)
class Layer:
    """Base class of the layers: as many outputs as inputs, and no parameters."""

    kind: ClassVar[str] = "layer"
    result: ClassVar[str] = "a"
    """What a trace calls the output: "z" before an activation, "a" after it."""

    def formula(self) -> str:
        """Return what it computes in one line, as summaries and traces show it."""
        return f"a = {type(self).__name__}(x)"

    def check_place(self, name: str, inputs: int, before: Sequence[tuple[str, Layer]]) -> None:
        """Refuse a place in a network where this layer cannot stand; `before` are the layers below it, with names."""

    def check_rows(self, x: AnyArray) -> None:
        """Refuse a user's rows, (n, inputs), that the first layer cannot compute with; row numbers are the user's."""

    def output_width(self, inputs: int) -> int:
        """Return how many numbers per row come out."""
        return inputs

    def parameter_shapes(self, inputs: int) -> Shapes:
        """Return the shapes of the arrays it owns in θ, by short name."""
        return {}

    def state_shapes(self, inputs: int) -> Shapes:
        """Return the shapes of its running values, by short name."""
        return {}

    def start(self, p: Views, state: Views, rng: np.random.Generator, defaults: Defaults) -> None:
        """Write the first values of its parameters and running values."""

    def forward(
        self, p: Views, state: Views, x: Array, train: bool, rng: np.random.Generator | None
    ) -> tuple[Array, Any]:
        """Return the output, (n, outputs), and what backward will need."""
        raise NotImplementedError(f"{type(self).__name__} has no forward")

    def backward(self, p: Views, cache: Any, dy: Array, g: Views, want_dx: bool) -> Array | None:
        """Overwrite g and return dx, (n, inputs); None where it is not wanted."""
        raise NotImplementedError(f"{type(self).__name__} has no backward")


@dataclass(frozen=True)
class Operation:
    """One layer of a network with its views of θ, g, and the running values, by short name."""

    name: str
    layer: Layer
    p: Views
    g: Views
    state: Views
