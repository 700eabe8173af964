"""Elementwise activation functions: sigmoid, tanh, ReLU and its relatives, and the exponential function."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from glassnet.common import checks
from glassnet.common.arrays import Array


@dataclass(frozen=True)
class Identity:
    """Identity function: a = z, dz = da.

    Examples
    --------
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
    """Logistic sigmoid: a = 1 / (1 + exp(−z)), dz = da · a · (1 − a).

    Maps any number to (0, 1). As an output activation, it gives the probability of the positive class.

    Examples
    --------
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
    """Hyperbolic tangent: a = tanh(z), dz = da · (1 − a²).

    Maps any number to (−1, 1) and is odd: tanh(−z) = −tanh(z).

    Examples
    --------
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
    """Rectified linear unit: a = max(0, z), dz = da where z > 0, else 0.

    References
    ----------
    Nair & Hinton, "Rectified linear units improve restricted Boltzmann machines", ICML 2010.

    Examples
    --------
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
    """Leaky rectified linear unit: a = z where z > 0, else slope · z.

    Parameters
    ----------
    slope : float, default 0.01
        Slope for z ≤ 0, so that a unit with negative inputs still receives a gradient.

    References
    ----------
    Maas, Hannun & Ng, "Rectifier nonlinearities improve neural network acoustic models", ICML 2013.

    Examples
    --------
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
    """Exponential linear unit: a = z where z > 0, else alpha · (exp(z) − 1).

    Parameters
    ----------
    alpha : float, default 1.0
        The function approaches −alpha for z → −∞.

    References
    ----------
    Clevert, Unterthiner & Hochreiter, "Fast and accurate deep network learning by exponential linear units", ICLR 2016.

    Examples
    --------
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
    """Scaled exponential linear unit: a = λ z where z > 0, else λ α (exp(z) − 1).

    λ and α are the fixed point derived in the paper, which keeps activations near mean 0 and variance 1 in deep
    networks. Initialize such layers with LeCun's normal initializer.

    References
    ----------
    Klambauer, Unterthiner, Mayr & Hochreiter, "Self-normalizing neural networks", NeurIPS 2017.

    Examples
    --------
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
    """Gaussian error linear unit: a = z · Φ(z), dz = da · (Φ(z) + z · φ(z)).

    Φ and φ are the distribution function and density of the standard normal distribution. This is the exact form, not
    the tanh approximation.

    References
    ----------
    Hendrycks & Gimpel, "Gaussian error linear units (GELUs)", arXiv:1606.08415.

    Examples
    --------
    >>> GELU().forward(np.array([[0.0, 1.0]])).round(4)
    array([[0.    , 0.8413]])
    """

    output: ClassVar[str] = "real"

    def forward(self, z: Array) -> Array:
        """Return z · Φ(z), (n, units)."""
        return z * _normal_cdf(z)

    def backward(self, da: Array, z: Array, a: Array) -> Array:
        """Return da · (Φ(z) + z · φ(z)), (n, units)."""
        # Beyond 40, the density is 0 in both dtypes, and the square of a very large z would overflow.
        near = np.clip(z, -40, 40)
        density = np.exp(-0.5 * near * near) * (1 / np.sqrt(2 * np.pi)).astype(z.dtype)
        return da * (_normal_cdf(z) + z * density)


def _normal_cdf(z: Array) -> Array:
    from scipy.special import ndtr  # imported here, so that `import glassnet` does not load SciPy

    cdf: Array = ndtr(z)
    return cdf


@dataclass(frozen=True)
class SiLU:
    """Sigmoid linear unit, also called swish: a = z · σ(z), dz = da · σ(z) · (1 + z · σ(−z)).

    References
    ----------
    Elfwing, Uchibe & Doya, "Sigmoid-weighted linear units", Neural Networks 107, 2018.

    Examples
    --------
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
    """Softplus, a smooth ReLU: a = log(1 + exp(z)), dz = da · σ(z), where σ is the sigmoid.

    References
    ----------
    Dugas, Bengio, Bélisle, Nadeau & Garcia, "Incorporating second-order functional knowledge for better option
    pricing", NeurIPS 2000.

    Examples
    --------
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
    """Mish: a = z · t with t = tanh(log(1 + exp(z))), dz = da · (t + z (1 − t²) σ(z)).

    A smooth, non-monotonic ReLU: it is slightly negative for small negative z.

    References
    ----------
    Misra, "Mish: a self regularized non-monotonic activation function", BMVC 2020.

    Examples
    --------
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
    """Exponential function: a = exp(z), dz = da · a.

    The output activation of a network that predicts counts or rates. Where exp(z) overflows, a is inf, without a
    warning.

    Examples
    --------
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
        # Where da is 0, dz is 0, also where a is inf, since 0 · inf would be NaN.
        return np.multiply(da, a, out=np.zeros_like(da), where=da != 0)
