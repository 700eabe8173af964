"""The layers a network is stacked from: fully connected, activation, dropout; and the table of all there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from glassnet.common import checks, specs
from glassnet.common.arrays import Array
from glassnet.maths import activations, initializers
from glassnet.network.embedding import Embedding
from glassnet.network.layer import Defaults, Layer, Shapes, Views
from glassnet.network.normalization import BatchNorm, LayerNorm


@dataclass(frozen=True)
class Dense(Layer):
    """A fully connected layer: every unit adds up all inputs, each times a weight, plus its bias.

        z = x W + b          W: (inputs, units), b: (units,)          a = activation(z)

    `Dense(6, "relu")` is the linear layer with its activation. `init` and `bias_init` (name or object) override the
    network's. Without an `init`, weights start as suits the activation: He's for the ReLU family, LeCun's for selu,
    Glorot's for the others; biases start at zero. `inputs` need not be given, and is checked if it is.

    >>> Dense(6, "relu")
    Dense(units=6, activation=ReLU(), init=None, bias_init=None, inputs=None)
    """

    units: int
    activation: Any = "identity"
    init: Any = None
    bias_init: Any = None
    inputs: int | None = None
    kind: ClassVar[str] = "dense"
    result: ClassVar[str] = "z"

    def __post_init__(self) -> None:
        checks.whole_number("units of a Dense layer", self.units, at_least=1)
        object.__setattr__(self, "activation", activations.activation(self.activation))
        for field in ("init", "bias_init"):
            if getattr(self, field) is not None:
                object.__setattr__(self, field, initializers.initializer(getattr(self, field)))

    def formula(self) -> str:
        """Return a = activation(x W + b)."""
        if isinstance(self.activation, activations.Identity):
            return "a = x W + b"
        return f"a = {activations.activation_name(self.activation)}(x W + b)"

    def check_place(self, name: str, inputs: int, before: Sequence[tuple[str, Layer]]) -> None:
        """Refuse a width that differs from the one it was told to expect."""
        if self.inputs is not None and self.inputs != inputs:
            giver = before[-1][0] if before else "the network's input"
            raise ValueError(f"{name} expects {self.inputs} inputs, {giver} gives {inputs}")

    def output_width(self, inputs: int) -> int:
        """Return the number of units."""
        return self.units

    def parameter_shapes(self, inputs: int) -> Shapes:
        """Return the shapes of W and b."""
        return {"W": (inputs, self.units), "b": (self.units,)}

    def start(self, p: Views, state: Views, rng: np.random.Generator, defaults: Defaults) -> None:
        """Draw W, then b."""
        init = self.init or defaults.init or usual_init(self.activation)
        p["W"][:] = init.draw(rng, p["W"].shape, p["W"].dtype)
        bias_init = self.bias_init or defaults.bias_init or initializers.Zeros()
        p["b"][:] = bias_init.draw(rng, p["b"].shape, p["b"].dtype)

    def forward(
        self, p: Views, state: Views, x: Array, train: bool, rng: np.random.Generator | None
    ) -> tuple[Array, Any]:
        """Return z = x W + b, (n, units), and x; the activation is a step of its own."""
        z = x @ p["W"]  # (n, inputs) (inputs, units) -> (n, units)
        z += p["b"]
        return z, x

    def backward(self, p: Views, cache: Any, dy: Array, g: Views, want_dx: bool) -> Array | None:
        """Return dx = dz Wᵀ, (n, inputs), and write dW = xᵀ dz and db = Σ dz over the rows.

        Why: z_j = Σ_i x_i W_ij + b_j, so W_ij moves z_j by x_i, b_j moves it by 1, and x_i moves every z_j by W_ij.
        """
        x, dz = cache, dy
        np.matmul(x.T, dz, out=g["W"])  # (inputs, n) (n, units) -> (inputs, units)
        dz.sum(axis=0, out=g["b"])  # (units,)
        return dz @ p["W"].T if want_dx else None  # (n, units) (units, inputs) -> (n, inputs)


@dataclass(frozen=True)
class Activation(Layer):
    """An activation that stands alone, so that a normalization can come before it: a = f(z).

    >>> Activation("relu")
    Activation(activation=ReLU())
    """

    activation: Any
    kind: ClassVar[str] = "activation"

    def __post_init__(self) -> None:
        object.__setattr__(self, "activation", activations.activation(self.activation))

    def formula(self) -> str:
        """Return a = activation(z)."""
        return f"a = {activations.activation_name(self.activation)}(z)"

    def forward(
        self, p: Views, state: Views, x: Array, train: bool, rng: np.random.Generator | None
    ) -> tuple[Array, Any]:
        """Return a = f(z), (n, units), and both."""
        a = self.activation.forward(x)
        return a, (x, a)

    def backward(self, p: Views, cache: Any, dy: Array, g: Views, want_dx: bool) -> Array | None:
        """Return dz from da = dy, (n, units)."""
        z, a = cache
        dz: Array = self.activation.backward(dy, z, a)
        return dz


@dataclass(frozen=True)
class Dropout(Layer):
    """Switch off a random share of the numbers in training, so that no unit can rely on a single other one.

        a = x · mask / (1 − rate), the mask 0 with probability `rate`, else 1; outside training a = x.

    Source: Srivastava, Hinton, Krizhevsky, Sutskever & Salakhutdinov, "Dropout", JMLR 15, 2014.

    >>> Dropout(0.5).forward({}, {}, np.ones((1, 6)), train=True, rng=np.random.default_rng(0))[0]
    array([[2., 2., 2., 0., 0., 0.]])
    """

    rate: float = 0.5
    kind: ClassVar[str] = "dropout"

    def __post_init__(self) -> None:
        checks.number("rate of a Dropout layer", self.rate, at_least=0, below=1)

    def formula(self) -> str:
        """Return a = x · mask / (1 − rate)."""
        return f"a = x · mask / {1 - self.rate:g}"

    def forward(
        self, p: Views, state: Views, x: Array, train: bool, rng: np.random.Generator | None
    ) -> tuple[Array, Any]:
        """Return x · mask / (1 − rate), (n, units), and the scaled mask; x itself outside training."""
        if not train or self.rate == 0:
            return x, None
        if rng is None:
            raise ValueError(
                "dropout in training needs rng, a numpy.random.Generator: gradient(..., train=True, rng=rng)"
            )
        # Always float32 draws: the same mask in every dtype.
        kept = rng.random(x.shape, dtype=np.float32) >= self.rate
        mask = kept * x.dtype.type(1 / (1 - self.rate))
        return x * mask, mask

    def backward(self, p: Views, cache: Any, dy: Array, g: Views, want_dx: bool) -> Array | None:
        """Return dx = dy · mask / (1 − rate), (n, units)."""
        return dy if cache is None else dy * cache


def usual_init(activation: activations.Activation) -> Any:
    """Return the initial weights that suit an activation: their spread keeps the signal's size from layer to layer."""
    if isinstance(
        activation,
        (
            activations.ReLU,
            activations.LeakyReLU,
            activations.ELU,
            activations.GELU,
            activations.SiLU,
            activations.Mish,
        ),
    ):
        return initializers.HeNormal()
    if isinstance(activation, activations.SELU):
        return initializers.LeCunNormal()
    return initializers.GlorotUniform()


LAYERS: dict[str, type[Any]] = {
    "dense": Dense,
    "activation": Activation,
    "dropout": Dropout,
    "batchnorm": BatchNorm,
    "layernorm": LayerNorm,
    "embedding": Embedding,
}


def layer(choice: Any) -> Layer:
    """Return the layer that `choice` describes, or `choice` itself if it is one.

    >>> layer({"name": "dropout", "rate": 0.2})
    Dropout(rate=0.2)
    """
    piece = specs.from_spec("layer", choice, LAYERS)
    if not isinstance(piece, Layer):
        raise TypeError(f"a layer is an object such as Dense(10, 'relu'), or its name with options, got {piece!r}")
    return piece


def layer_to_spec(piece: Layer) -> Any:
    """Return the words that `layer` turns into the same layer again.

    >>> layer_to_spec(Dense(6, "relu"))
    {'name': 'dense', 'units': 6, 'activation': 'relu'}
    """
    return specs.to_spec(piece, LAYERS, activations.ACTIVATIONS, initializers.INITIALIZERS)
