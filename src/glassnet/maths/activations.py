"""What a neuron does with the number it has added up: functions that bend a line, each beside its derivative.

Without them any stack of layers is one linear function. An activation is a pair

    forward(z)         a  = f(z)               z, a: (n, units)
    backward(da, z, a) dz = da · f'(z)         da, dz: (n, units)

where `da` is the gradient of the loss with respect to `a`. Any object with this pair will do where an activation is
asked for; a class attribute `output` may say what its values are (see `OUTPUTS`), which some losses ask about.
All of them are quiet and free of NaN for any z up to half the largest number there is, also where exp(z) is too large.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, runtime_checkable

import numpy as np

from glassnet.common import checks, specs
from glassnet.common.arrays import Array
from glassnet.maths.groups import check_groups, parts_of

OUTPUTS = ("distribution", "distributions", "probability", "positive", "real")
"""What values are: a row of them sums to one; groups of them do; each lies in [0, 1]; each is above 0; any number."""


@runtime_checkable
class Activation(Protocol):
    """The pair of functions that makes an activation; a user's own class needs no more than this."""

    def forward(self, z: Array) -> Array:
        """Return a, (n, units)."""

    def backward(self, da: Array, z: Array, a: Array) -> Array:
        """Return dz, (n, units)."""


@dataclass(frozen=True)
class Identity:
    """Pass the number on as it is: a = z, dz = da.

    >>> Identity().forward(np.array([[-1.0, 2.0]]))
    array([[-1.,  2.]])
    """

    output: ClassVar[str] = "real"

    def forward(self, z: Array) -> Array:
        """Return z, (n, units)."""
        return z

    def backward(self, da: Array, z: Array, a: Array) -> Array:
        """Return da, (n, units)."""
        return da


@dataclass(frozen=True)
class Sigmoid:
    """Squeeze any number into (0, 1): a = 1 / (1 + exp(−z)), dz = da · a · (1 − a).

    >>> Sigmoid().forward(np.array([[0.0, 1000.0, -1000.0]]))
    array([[0.5, 1. , 0. ]])
    """

    output: ClassVar[str] = "probability"

    def forward(self, z: Array) -> Array:
        """Return 1 / (1 + exp(−z)), (n, units)."""
        # exp(−|z|) never overflows; for z < 0 the fraction is extended by exp(z).
        e = np.exp(-np.abs(z))
        return np.where(z >= 0, 1, e) / (1 + e)

    def backward(self, da: Array, z: Array, a: Array) -> Array:
        """Return da · a · (1 − a), (n, units)."""
        return da * a * (1 - a)


@dataclass(frozen=True)
class Tanh:
    """Squeeze any number into (−1, 1), odd and steep at zero: a = tanh(z), dz = da · (1 − a²).

    >>> Tanh().forward(np.array([[0.0, 1000.0]]))
    array([[0., 1.]])
    """

    output: ClassVar[str] = "real"

    def forward(self, z: Array) -> Array:
        """Return tanh(z), (n, units)."""
        return np.tanh(z)

    def backward(self, da: Array, z: Array, a: Array) -> Array:
        """Return da · (1 − a²), (n, units)."""
        return da * (1 - a * a)


@dataclass(frozen=True)
class ReLU:
    """Let positive numbers pass and stop the others: a = max(0, z), dz = da where z > 0, else 0.

    Source: Nair & Hinton, "Rectified linear units improve restricted Boltzmann machines", ICML 2010.

    >>> ReLU().forward(np.array([[-1.0, 2.0]]))
    array([[0., 2.]])
    """

    output: ClassVar[str] = "real"

    def forward(self, z: Array) -> Array:
        """Return max(0, z), (n, units)."""
        return np.maximum(z, 0)

    def backward(self, da: Array, z: Array, a: Array) -> Array:
        """Return da where z > 0, else 0; at z = 0 the derivative is taken as 0. (n, units)."""
        return da * (z > 0)


@dataclass(frozen=True)
class LeakyReLU:
    """A ReLU that lets a little of the negative side through: a = z where z > 0, else slope · z.

    Source: Maas, Hannun & Ng, "Rectifier nonlinearities improve neural network acoustic models", ICML 2013.

    >>> LeakyReLU(slope=0.1).forward(np.array([[-1.0, 2.0]]))
    array([[-0.1,  2. ]])
    """

    slope: float = 0.01
    output: ClassVar[str] = "real"

    def __post_init__(self) -> None:
        checks.number("slope of leaky_relu", self.slope)

    def forward(self, z: Array) -> Array:
        """Return z where z > 0, else slope · z, (n, units)."""
        return np.where(z > 0, z, self.slope * z)

    def backward(self, da: Array, z: Array, a: Array) -> Array:
        """Return da where z > 0, else slope · da, (n, units)."""
        return np.where(z > 0, da, self.slope * da)


@dataclass(frozen=True)
class ELU:
    """A ReLU whose negative side runs smoothly into −alpha: a = z where z > 0, else alpha · (exp(z) − 1).

    Source: Clevert, Unterthiner & Hochreiter, "Fast and accurate deep network learning by exponential linear units",
    ICLR 2016.

    >>> ELU().forward(np.array([[-1000.0, 2.0]]))
    array([[-1.,  2.]])
    """

    alpha: float = 1.0
    output: ClassVar[str] = "real"

    def __post_init__(self) -> None:
        checks.number("alpha of elu", self.alpha, above=0)

    def forward(self, z: Array) -> Array:
        """Return z where z > 0, else alpha · (exp(z) − 1), (n, units)."""
        return np.where(z > 0, z, self.alpha * np.expm1(np.minimum(z, 0)))

    def backward(self, da: Array, z: Array, a: Array) -> Array:
        """Return da where z > 0, else da · alpha · exp(z), (n, units)."""
        return da * np.where(z > 0, 1, self.alpha * np.exp(np.minimum(z, 0)))


@dataclass(frozen=True)
class SELU:
    """An ELU scaled so that deep networks keep mean 0 and variance 1: a = λ z where z > 0, else λ α (exp(z) − 1).

    λ and α are the fixed point of the paper, so they are not to be set. Start such layers with LeCun's normal weights.
    Source: Klambauer, Unterthiner, Mayr & Hochreiter, "Self-normalizing neural networks", NeurIPS 2017.

    >>> SELU().forward(np.array([[1.0]])).round(4)
    array([[1.0507]])
    """

    output: ClassVar[str] = "real"
    SCALE: ClassVar[float] = 1.0507009873554804934193349852946
    ALPHA: ClassVar[float] = 1.6732632423543772848170429916717

    def forward(self, z: Array) -> Array:
        """Return λ z where z > 0, else λ α (exp(z) − 1), (n, units)."""
        return np.where(z > 0, self.SCALE * z, self.SCALE * self.ALPHA * np.expm1(np.minimum(z, 0)))

    def backward(self, da: Array, z: Array, a: Array) -> Array:
        """Return λ da where z > 0, else λ α exp(z) da, (n, units)."""
        return da * np.where(z > 0, self.SCALE, self.SCALE * self.ALPHA * np.exp(np.minimum(z, 0)))


@dataclass(frozen=True)
class GELU:
    """Weigh each number by how likely a normal variable lies below it: a = z · Φ(z), dz = da · (Φ(z) + z · φ(z)).

    Φ and φ are the standard normal's distribution and density; this is the exact form, not the tanh approximation.
    Source: Hendrycks & Gimpel, "Gaussian error linear units (GELUs)", arXiv:1606.08415.

    >>> GELU().forward(np.array([[0.0, 1.0]])).round(4)
    array([[0.    , 0.8413]])
    """

    output: ClassVar[str] = "real"

    def forward(self, z: Array) -> Array:
        """Return z · Φ(z), (n, units)."""
        return z * _normal_cdf(z)

    def backward(self, da: Array, z: Array, a: Array) -> Array:
        """Return da · (Φ(z) + z · φ(z)), (n, units)."""
        # Beyond 40 the density is 0 in either number format; the square of a very large z would overflow.
        near = np.clip(z, -40, 40)
        density = np.exp(-0.5 * near * near) * (1 / np.sqrt(2 * np.pi)).astype(z.dtype)
        return da * (_normal_cdf(z) + z * density)


def _normal_cdf(z: Array) -> Array:
    from scipy.special import ndtr  # here, so that `import glassnet` does not load SciPy

    cdf: Array = ndtr(z)
    return cdf


@dataclass(frozen=True)
class SiLU:
    """Weigh each number by its own sigmoid σ: a = z · σ(z), dz = da · σ(z) · (1 + z · σ(−z)). Also called swish.

    Source: Elfwing, Uchibe & Doya, "Sigmoid-weighted linear units", Neural Networks 107, 2018.

    >>> SiLU().forward(np.array([[0.0, 1.0]])).round(4)
    array([[0.    , 0.7311]])
    """

    output: ClassVar[str] = "real"

    def forward(self, z: Array) -> Array:
        """Return z · σ(z), (n, units)."""
        return z * Sigmoid().forward(z)

    def backward(self, da: Array, z: Array, a: Array) -> Array:
        """Return da · σ(z) · (1 + z · σ(−z)), (n, units)."""
        return da * Sigmoid().forward(z) * (1 + z * Sigmoid().forward(-z))


@dataclass(frozen=True)
class Softplus:
    """A smooth ReLU: a = log(1 + exp(z)), dz = da · σ(z), with σ the sigmoid.

    Source: Dugas, Bengio, Bélisle, Nadeau & Garcia, "Incorporating second-order functional knowledge for better
    option pricing", NeurIPS 2000.

    >>> Softplus().forward(np.array([[0.0, 1000.0]])).round(4)
    array([[6.931e-01, 1.000e+03]])
    """

    output: ClassVar[str] = "positive"

    def forward(self, z: Array) -> Array:
        """Return log(1 + exp(z)), (n, units)."""
        return np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))

    def backward(self, da: Array, z: Array, a: Array) -> Array:
        """Return da · σ(z), (n, units)."""
        return da * Sigmoid().forward(z)


@dataclass(frozen=True)
class Mish:
    """A smooth ReLU that dips below zero: a = z · t with t = tanh(log(1 + exp(z))), dz = da · (t + z (1 − t²) σ(z)).

    Source: Misra, "Mish: a self regularized non-monotonic activation function", BMVC 2020.

    >>> Mish().forward(np.array([[0.0, 1.0]])).round(4)
    array([[0.    , 0.8651]])
    """

    output: ClassVar[str] = "real"

    def forward(self, z: Array) -> Array:
        """Return z · tanh(log(1 + exp(z))), (n, units)."""
        return z * np.tanh(Softplus().forward(z))

    def backward(self, da: Array, z: Array, a: Array) -> Array:
        """Return da · (t + z · (1 − t²) · σ(z)) with t = tanh(log(1 + exp(z))), (n, units)."""
        t = np.tanh(Softplus().forward(z))
        return da * (t + z * (1 - t * t) * Sigmoid().forward(z))


@dataclass(frozen=True)
class Exponential:
    """Make any number positive: a = exp(z), dz = da · a. The output of a network that predicts counts or rates.

    Where exp(z) is larger than the number format holds, a is inf, without a warning.

    >>> Exponential().forward(np.array([[0.0, 1.0]])).round(4)
    array([[1.    , 2.7183]])
    """

    output: ClassVar[str] = "positive"

    def forward(self, z: Array) -> Array:
        """Return exp(z), (n, units)."""
        with np.errstate(over="ignore"):
            return np.exp(z)

    def backward(self, da: Array, z: Array, a: Array) -> Array:
        """Return da · exp(z), (n, units)."""
        # Where the loss asks for nothing, nothing flows back, also where a is inf and 0 · inf would be no number.
        return np.multiply(da, a, out=np.zeros_like(da), where=da != 0)


@dataclass(frozen=True)
class Softmax:
    """Turn each row into probabilities that sum to one: a_j = exp(z_j) / Σ_k exp(z_k).

    Backward: dz_j = a_j · (da_j − Σ_k da_k a_k), since every output of a row depends on every z of that row.
    Source: Bridle, "Probabilistic interpretation of feedforward classification network outputs", 1990.

    >>> Softmax().forward(np.array([[1000.0, 1001.0, 1002.0]])).round(4)
    array([[0.09  , 0.2447, 0.6652]])
    """

    output: ClassVar[str] = "distribution"

    def forward(self, z: Array) -> Array:
        """Return exp(z) / Σ exp(z), the sum taken over each row, (n, units)."""
        # Subtracting the row's largest z changes nothing (it cancels) and keeps exp from overflowing.
        e = np.exp(z - z.max(axis=-1, keepdims=True))
        return e / e.sum(axis=-1, keepdims=True)

    def backward(self, da: Array, z: Array, a: Array) -> Array:
        """Return a · (da − Σ da · a), the sum taken over each row, (n, units)."""
        return a * (da - (da * a).sum(axis=-1, keepdims=True))


@dataclass(frozen=True)
class SoftmaxGroups:
    """Softmax of several groups of outputs, each for itself; `groups` are their sizes, () is one group of all.

    >>> SoftmaxGroups((2, 2)).forward(np.array([[1000.0, 1000.0, 0.0, 1.0]])).round(4)
    array([[0.5   , 0.5   , 0.2689, 0.7311]])
    """

    groups: tuple[int, ...] = ()
    output: ClassVar[str] = "distributions"

    def __post_init__(self) -> None:
        object.__setattr__(self, "groups", check_groups(self.groups))

    def forward(self, z: Array) -> Array:
        """Return exp(z) / Σ exp(z), the sum taken over each group of a row, (n, units)."""
        return np.hstack([Softmax().forward(z[:, part]) for part in parts_of(self.groups, z.shape[1])])

    def backward(self, da: Array, z: Array, a: Array) -> Array:
        """Return a · (da − Σ da · a), the sum taken over each group of a row, (n, units)."""
        parts = parts_of(self.groups, z.shape[1])
        return np.hstack([Softmax().backward(da[:, part], z[:, part], a[:, part]) for part in parts])


ACTIVATIONS: dict[str, type[Any]] = {
    "identity": Identity,
    "linear": Identity,
    "sigmoid": Sigmoid,
    "tanh": Tanh,
    "relu": ReLU,
    "leaky_relu": LeakyReLU,
    "elu": ELU,
    "selu": SELU,
    "gelu": GELU,
    "silu": SiLU,
    "softplus": Softplus,
    "mish": Mish,
    "exponential": Exponential,
    "softmax": Softmax,
    "softmax_groups": SoftmaxGroups,
}


def activation(choice: Any) -> Activation:
    """Return the activation that `choice` names, or `choice` itself if it has the pair forward and backward.

    >>> activation("relu")
    ReLU()
    """
    piece = specs.from_spec("activation", choice, ACTIVATIONS)
    if not isinstance(piece, Activation):
        raise TypeError(f"an activation is a name or an object with forward(z) and backward(da, z, a), got {piece!r}")
    return piece


def activation_name(piece: Activation) -> str:
    """Return the name a user would write for this activation; for a user's own, its class name.

    >>> activation_name(ReLU())
    'relu'
    """
    return next((name for name, cls in ACTIVATIONS.items() if cls is type(piece)), type(piece).__name__)
