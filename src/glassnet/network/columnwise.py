"""Layers with one learned number per column: scale and parametric activation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from glassnet.common.arrays import Array
from glassnet.maths import activations
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
    parameter_kinds: ClassVar[Mapping[str, str]] = {"s": "scales"}

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


@dataclass(frozen=True)
class ParametricActivation(Layer):
    """Parametric activation: a learned mix of the identity and an activation, one weight per column.

        a = x + α · (f(x) − x)          α: (inputs,), initially 1

    With α = 1 it is the activation, with α = 0 the identity; outside 0 to 1, it extrapolates.

    Parameters
    ----------
    activation : str, dict, or Activation
        Activation function f, other than the identity.

    References
    ----------
    Holzmüller, Grinsztajn & Steinwart, "Better by default: strong pre-tuned MLPs and boosted trees on tabular data",
    arXiv:2407.04491.

    Examples
    --------
    >>> relu = ParametricActivation("relu")
    >>> relu.forward({"alpha": np.array([1.0, 0.9])}, {}, np.array([[-1.0, -1.0]]), train=False, rng=None)[0]
    array([[ 0. , -0.1]])
    """

    activation: Any
    kind: ClassVar[str] = "parametric_activation"
    parameter_kinds: ClassVar[Mapping[str, str]] = {"alpha": "activations"}

    def __post_init__(self) -> None:
        object.__setattr__(self, "activation", activations.activation(self.activation))
        if isinstance(self.activation, activations.Identity):
            raise ValueError("activation of a ParametricActivation layer must not be the identity, where α has no use")

    def formula(self) -> str:
        """Return a = x + α · (activation(x) − x)."""
        return f"a = x + α · ({activations.activation_name(self.activation)}(x) − x)"

    def parameter_shapes(self, inputs: int) -> Shapes:
        """Return the shape of alpha."""
        return {"alpha": (inputs,)}

    def start(self, p: Views, state: Views, rng: np.random.Generator, defaults: Defaults) -> None:
        """Start as the activation: alpha is 1."""
        p["alpha"][:] = 1

    def forward(
        self, p: Views, state: Views, x: Array, train: bool, rng: np.random.Generator | None
    ) -> tuple[Array, Cache]:
        """Return x + α · (f(x) − x), (n, inputs), with x and f(x) for backward."""
        f = self.activation.forward(x)
        return x + p["alpha"] * (f - x), (x, f)

    def backward(self, p: Views, cache: Cache, dy: Array, g: Views, want_dx: bool) -> Array | None:
        """Return dx = dy · (1 − α) + dy · α · f'(x), (n, inputs), and write dα = Σ dy · (f(x) − x) over the rows."""
        x, f = cache
        np.sum(dy * (f - x), axis=0, out=g["alpha"])
        if not want_dx:
            return None
        alpha = p["alpha"]
        bent: Array = self.activation.backward(dy * alpha, x, f)
        return dy * (1 - alpha) + bent
