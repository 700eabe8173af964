"""Normalization layers: batch normalization and layer normalization."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from glassnet.common import checks
from glassnet.common.arrays import Array
from glassnet.network.layer import Cache, Defaults, Layer, Shapes, Views


@dataclass(frozen=True)
class BatchNorm(Layer):
    """Batch normalization: standardizes every column over the batch, then applies a learned scale and shift.

        x̂ = (x − mean) / √(variance + ε)          y = scale · x̂ + shift          all but x: (units,)

    In training, mean and variance are those of the batch, and running values follow them: running ← (1 − momentum) ·
    running + momentum · batch, with the unbiased variance. Outside training, the running values are used. Defaults are
    PyTorch's. In a batch of one row, x̂ is 0 and the running values do not change.

    Parameters
    ----------
    momentum : float, default 0.1
        Weight of the batch in the running values, in (0, 1].
    epsilon : float, default 1e-5
        Added to the variance for numerical stability.

    References
    ----------
    Ioffe & Szegedy, "Batch normalization", ICML 2015.

    Examples
    --------
    >>> views = {"scale": np.ones(2), "shift": np.zeros(2)}, {"mean": np.zeros(2), "variance": np.ones(2)}
    >>> BatchNorm().forward(*views, np.array([[1.0, 2.0], [3.0, 6.0]]), train=True, rng=None)[0].round(3)
    array([[-1., -1.],
           [ 1.,  1.]])
    """

    momentum: float = 0.1
    epsilon: float = 1e-5
    kind: ClassVar[str] = "batchnorm"
    parameter_kinds: ClassVar[Mapping[str, str]] = {"scale": "scales"}

    def __post_init__(self) -> None:
        checks.number("momentum of a BatchNorm layer", self.momentum, above=0, at_most=1)
        checks.number("epsilon of a BatchNorm layer", self.epsilon, above=0)

    def formula(self) -> str:
        """Return scale · x̂ + shift, with x̂ written out."""
        return "scale · (x − mean) / σ + shift"

    def parameter_shapes(self, inputs: int) -> Shapes:
        """Return the shapes of scale and shift."""
        return {"scale": (inputs,), "shift": (inputs,)}

    def state_shapes(self, inputs: int) -> Shapes:
        """Return the shapes of the running mean and variance."""
        return {"mean": (inputs,), "variance": (inputs,)}

    def start(self, p: Views, state: Views, rng: np.random.Generator, defaults: Defaults) -> None:
        """Start as the identity: scale 1, shift 0, running mean 0, running variance 1."""
        p["scale"][:], p["shift"][:] = 1, 0
        state["mean"][:], state["variance"][:] = 0, 1

    def forward(
        self, p: Views, state: Views, x: Array, train: bool, rng: np.random.Generator | None
    ) -> tuple[Array, Cache]:
        """Return scale · x̂ + shift, (n, units), with x̂ and 1 / √(variance + ε) for backward."""
        n = len(x)
        if train:
            mean, variance = x.mean(axis=0), x.var(axis=0)  # (units,)
            if n > 1:
                state["mean"][:] += self.momentum * (mean - state["mean"])
                state["variance"][:] += self.momentum * (variance * (n / (n - 1)) - state["variance"])
        else:
            mean, variance = state["mean"], state["variance"]
        inverse = 1 / np.sqrt(variance + self.epsilon)  # (units,)
        x_hat = (x - mean) * inverse  # (n, units)
        return p["scale"] * x_hat + p["shift"], (x_hat, inverse, train)

    def backward(self, p: Views, cache: Cache, dy: Array, g: Views, want_dx: bool) -> Array | None:
        """Return dx, (n, units), and write dscale = Σ dy · x̂ and dshift = Σ dy over the rows.

        Outside training dx = dx̂ / √(variance + ε), with dx̂ = dy · scale. In training every row also moves the mean and
        the variance, which takes from dx̂ its mean and its part along x̂:

            dx = (dx̂ − mean(dx̂) − x̂ · mean(dx̂ · x̂)) / √(variance + ε)
        """
        x_hat, inverse, train = cache
        np.sum(dy * x_hat, axis=0, out=g["scale"])
        np.sum(dy, axis=0, out=g["shift"])
        if not want_dx:
            return None
        dx_hat = dy * p["scale"]
        if train:
            dx_hat = dx_hat - dx_hat.mean(axis=0) - x_hat * (dx_hat * x_hat).mean(axis=0)
        return dx_hat * inverse


@dataclass(frozen=True)
class LayerNorm(Layer):
    """Layer normalization: standardizes every row over its columns, then applies a learned scale and shift.

        x̂ = (x − mean) / √(variance + ε), both per row, (n, 1)          y = scale · x̂ + shift, both (units,)

    It is the same in training and outside, because a row does not depend on other rows.

    Parameters
    ----------
    epsilon : float, default 1e-5
        Added to the variance for numerical stability.

    References
    ----------
    Ba, Kiros & Hinton, "Layer normalization", arXiv:1607.06450.

    Examples
    --------
    >>> views = {"scale": np.ones(2), "shift": np.zeros(2)}, {}
    >>> LayerNorm().forward(*views, np.array([[1.0, 2.0], [3.0, 6.0]]), train=True, rng=None)[0].round(3)
    array([[-1.,  1.],
           [-1.,  1.]])
    """

    epsilon: float = 1e-5
    kind: ClassVar[str] = "layernorm"
    parameter_kinds: ClassVar[Mapping[str, str]] = {"scale": "scales"}

    def __post_init__(self) -> None:
        checks.number("epsilon of a LayerNorm layer", self.epsilon, above=0)

    def formula(self) -> str:
        """Return scale · x̂ + shift, with x̂ written out."""
        return "scale · (x − mean) / σ + shift"

    def parameter_shapes(self, inputs: int) -> Shapes:
        """Return the shapes of scale and shift."""
        return {"scale": (inputs,), "shift": (inputs,)}

    def start(self, p: Views, state: Views, rng: np.random.Generator, defaults: Defaults) -> None:
        """Start with scale 1 and shift 0."""
        p["scale"][:], p["shift"][:] = 1, 0

    def forward(
        self, p: Views, state: Views, x: Array, train: bool, rng: np.random.Generator | None
    ) -> tuple[Array, Cache]:
        """Return scale · x̂ + shift, (n, units), with x̂ and 1 / √(variance + ε) for backward."""
        mean = x.mean(axis=1, keepdims=True)  # (n, 1)
        inverse = 1 / np.sqrt(x.var(axis=1, keepdims=True) + self.epsilon)  # (n, 1)
        x_hat = (x - mean) * inverse  # (n, units)
        return p["scale"] * x_hat + p["shift"], (x_hat, inverse)

    def backward(self, p: Views, cache: Cache, dy: Array, g: Views, want_dx: bool) -> Array | None:
        """Return dx, (n, units), and write dscale = Σ dy · x̂ and dshift = Σ dy over the rows.

        dx = (dx̂ − mean(dx̂) − x̂ · mean(dx̂ · x̂)) / √(variance + ε), with dx̂ = dy · scale and means per row
        """
        x_hat, inverse = cache
        np.sum(dy * x_hat, axis=0, out=g["scale"])
        np.sum(dy, axis=0, out=g["shift"])
        if not want_dx:
            return None
        dx_hat = dy * p["scale"]
        along = (dx_hat * x_hat).mean(axis=1, keepdims=True)  # (n, 1)
        return (dx_hat - dx_hat.mean(axis=1, keepdims=True) - x_hat * along) * inverse
