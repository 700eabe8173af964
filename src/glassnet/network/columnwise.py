"""Layers with one learned number per column: scale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from glassnet.common.arrays import Array
from glassnet.network.layer import Cache, Defaults, Layer, Shapes, Views


@dataclass(frozen=True)
class Scale(Layer):
    """Scale layer: multiplies every column by a learned number.

        a = s · x          s: (inputs,), initially 1

    In front of the first dense layer, it is a soft selection of features.

    References
    ----------
    Holzmüller, Grinsztajn & Steinwart, "Better by default: strong pre-tuned MLPs and boosted trees on tabular data",
    arXiv:2407.04491.

    Examples
    --------
    >>> Scale().forward({"s": np.array([2.0, -1.0])}, {}, np.array([[1.0, 3.0]]), train=False, rng=None)[0]
    array([[ 2., -3.]])
    """

    kind: ClassVar[str] = "scale"

    def formula(self) -> str:
        """Return a = s · x."""
        return "a = s · x"

    def parameter_shapes(self, inputs: int) -> Shapes:
        """Return the shape of s."""
        return {"s": (inputs,)}

    def start(self, p: Views, state: Views, rng: np.random.Generator, defaults: Defaults) -> None:
        """Start as the identity: s is 1."""
        p["s"][:] = 1

    def forward(
        self, p: Views, state: Views, x: Array, train: bool, rng: np.random.Generator | None
    ) -> tuple[Array, Cache]:
        """Return s · x, (n, inputs), and x."""
        return p["s"] * x, x

    def backward(self, p: Views, cache: Cache, dy: Array, g: Views, want_dx: bool) -> Array | None:
        """Return dx = dy · s, (n, inputs), and write ds = Σ dy · x over the rows."""
        np.sum(dy * cache, axis=0, out=g["s"])
        return dy * p["s"] if want_dx else None
