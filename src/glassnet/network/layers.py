"""The standard layers: dense, activation, and dropout; and the table of all layers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from glassnet.common import checks, specs
from glassnet.common.arrays import Array
from glassnet.maths import activations, initializers
from glassnet.network.columnwise import ParametricActivation, Scale
from glassnet.network.embedding import Embedding
from glassnet.network.layer import Cache, Defaults, Layer, Shapes, Views
from glassnet.network.members import MemberDense, Members
from glassnet.network.normalization import BatchNorm, LayerNorm
from glassnet.network.periodic_embedding import PeriodicEmbedding
from glassnet.network.piecewise_linear import PiecewiseLinearEmbedding


@dataclass(frozen=True)
class Dense(Layer):
    """Fully connected (dense) layer: z = x W + b, a = activation(z).

    W is (inputs, units), b is (units,). `Dense(6, "relu")` is the linear layer followed by its activation.

    Parameters
    ----------
    units : int
        Number of units (outputs).
    activation : str, dict, or Activation, default "identity"
        Activation function.
    init : str, dict, or Initializer, optional
        Initializer of W. By default, the network's, or that of the activation: He for the ReLU family, LeCun
        for selu, Glorot for all others.
    bias_init : str, dict, or Initializer, optional
        Initializer of b; by default, the network's, or zeros.
    inputs : int, optional
        Expected number of inputs, checked if given.

    Examples
    --------
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

    def check_position(self, name: str, inputs: int, before: Sequence[tuple[str, Layer]]) -> None:
        """Raise ValueError if the number of inputs differs from the expected one."""
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
        init = self.init or defaults.init or default_init(self.activation)
        p["W"][:] = init.draw(rng, p["W"].shape, p["W"].dtype)
        bias_init = self.bias_init or defaults.bias_init or initializers.Zeros()
        p["b"][:] = bias_init.draw(rng, p["b"].shape, p["b"].dtype)

    def forward(
        self, p: Views, state: Views, x: Array, train: bool, rng: np.random.Generator | None
    ) -> tuple[Array, Cache]:
        """Return z = x W + b, (n, units), and x; the activation is a separate step."""
        z = x @ p["W"]  # (n, inputs) (inputs, units) -> (n, units)
        z += p["b"]
        return z, x

    def backward(self, p: Views, cache: Cache, dy: Array, g: Views, want_dx: bool) -> Array | None:
        """Return dx = dz Wᵀ, (n, inputs), and write dW = xᵀ dz and db = Σ dz over the rows.

        Why: z_j = Σ_i x_i W_ij + b_j, so W_ij moves z_j by x_i, b_j moves it by 1, and x_i moves every z_j by W_ij.
        """
        x, dz = cache, dy
        np.matmul(x.T, dz, out=g["W"])  # (inputs, n) (n, units) -> (inputs, units)
        dz.sum(axis=0, out=g["b"])  # (units,)
        return dz @ p["W"].T if want_dx else None  # (n, units) (units, inputs) -> (n, inputs)


@dataclass(frozen=True)
class Activation(Layer):
    """Activation as a separate layer, so that a normalization can come before it: a = f(z).

    Parameters
    ----------
    activation : str, dict, or Activation
        Activation function.

    Examples
    --------
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
    ) -> tuple[Array, Cache]:
        """Return a = f(z), (n, units), and both."""
        a = self.activation.forward(x)
        return a, (x, a)

    def backward(self, p: Views, cache: Cache, dy: Array, g: Views, want_dx: bool) -> Array | None:
        """Return dz from da = dy, (n, units)."""
        z, a = cache
        dz: Array = self.activation.backward(dy, z, a)
        return dz


@dataclass(frozen=True)
class Dropout(Layer):
    """Dropout: sets a random share of the inputs to zero during training.

        a = x · mask / (1 − rate), mask = 0 with probability `rate`, else 1; outside training a = x

    Parameters
    ----------
    rate : float, default 0.5
        Share of the inputs set to zero, in [0, 1).

    References
    ----------
    Srivastava, Hinton, Krizhevsky, Sutskever & Salakhutdinov, "Dropout", JMLR 15, 2014.

    Examples
    --------
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
    ) -> tuple[Array, Cache]:
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

    def backward(self, p: Views, cache: Cache, dy: Array, g: Views, want_dx: bool) -> Array | None:
        """Return dx = dy · mask / (1 − rate), (n, units)."""
        return dy if cache is None else dy * cache


@dataclass(frozen=True)
class Residual(Layer):
    """Layers with a linear path next to them: a = layers(x) + x W + b.

    So the layers learn the difference from a linear model. W is (inputs, outputs), b is (outputs,); they belong to a
    layer with the name `linear`. In a network, the inner layers have names such as "residual1.dense1" and
    "residual1.linear".

    Parameters
    ----------
    layers : sequence of Layer, str, or dict
        The inner layers, at least one; no `Residual` or `Embedding`.
    init : str, dict, or Initializer, optional
        Initializer of W; by default zeros, so the network starts without the linear path.

    References
    ----------
    He, Zhang, Ren & Sun, "Deep residual learning for image recognition", CVPR 2016: projection shortcuts. A linear path
    next to all layers: Cheng et al., "Wide & deep learning for recommender systems", DLRS 2016.

    Examples
    --------
    >>> from glassnet.network.network import Network
    >>> net = Network(4, [Residual([Dense(8, "relu"), Dense(3)]), Activation("softmax")])
    >>> list(net.named_parameters())[2:]
    ['residual1.dense2.W', 'residual1.dense2.b', 'residual1.linear.W', 'residual1.linear.b']
    """

    layers: Any
    init: Any = None
    kind: ClassVar[str] = "residual"

    def __post_init__(self) -> None:
        if not isinstance(self.layers, Sequence) or isinstance(self.layers, str) or not self.layers:
            raise TypeError(f"layers of a Residual layer must be a list of at least one layer, got {self.layers!r}")
        object.__setattr__(self, "layers", tuple(layer(choice) for choice in self.layers))
        if any(isinstance(one, Residual) for one in self.layers):
            raise ValueError("a Residual layer cannot contain another one; put them one after the other")
        if self.init is not None:
            object.__setattr__(self, "init", initializers.initializer(self.init))

    def formula(self) -> str:
        """Return a = layers(x) + x W + b."""
        return "a = layers(x) + x W + b"

    def output_width(self, inputs: int) -> int:
        """Return the number of outputs of the last inner layer."""
        for one in self.layers:
            inputs = one.output_width(inputs)
        return inputs


def default_init(activation: activations.Activation) -> initializers.Initializer:
    """Return the default initializer for an activation, which keeps the variance constant from layer to layer.

    Parameters
    ----------
    activation : Activation
        Activation of the layer.

    Returns
    -------
    Initializer
        The initializer.
    """
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


LayerLike = specs.Spec | Layer
"""A name, a name with options, or an object."""

LAYERS: dict[str, type[Layer]] = {
    "dense": Dense,
    "activation": Activation,
    "dropout": Dropout,
    "batchnorm": BatchNorm,
    "layernorm": LayerNorm,
    "embedding": Embedding,
    "piecewise_linear_embedding": PiecewiseLinearEmbedding,
    "scale": Scale,
    "parametric_activation": ParametricActivation,
    "periodic_embedding": PeriodicEmbedding,
    "residual": Residual,
    "members": Members,
    "member_dense": MemberDense,
}


def layer(choice: LayerLike) -> Layer:
    """Return a layer from a spec, or as it is.

    Parameters
    ----------
    choice : str, dict, or Layer
        A name such as "batchnorm", a spec such as {"name": "dense", "units": 6}, or a Layer.

    Returns
    -------
    Layer
        The layer.

    Raises
    ------
    ValueError
        If the name or an option is unknown; the message suggests the closest match.

    Examples
    --------
    >>> layer({"name": "dropout", "rate": 0.2})
    Dropout(rate=0.2)
    """
    chosen = specs.from_spec("layer", choice, LAYERS)
    if not isinstance(chosen, Layer):
        raise TypeError(
            f"a layer must be an object such as Dense(10, 'relu'), or its name with options, got {chosen!r}"
        )
    return chosen


def layer_to_spec(chosen: Layer) -> str | dict[str, Any]:
    """Return the spec from which `layer` creates an equal layer.

    >>> layer_to_spec(Dense(6, "relu"))
    {'name': 'dense', 'units': 6, 'activation': 'relu'}
    """
    return specs.to_spec(chosen, LAYERS, activations.ACTIVATIONS, initializers.INITIALIZERS)
