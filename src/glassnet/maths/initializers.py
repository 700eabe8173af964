"""Weight initializers: random initial weights, scaled so that signals neither vanish nor explode.

If all weights of a layer start at the same value, all its units stay identical, so initial weights are random. Their
scale depends on the fans of the weight matrix W, (inputs, units): fan-in is `inputs`, fan-out is `units`. An
initializer is one method

    draw(rng, shape, dtype)         random array of this shape and dtype

with shape (inputs, units) for weights or (units,) for biases. Values are drawn in float64 and then rounded, so float32
and float64 networks with the same seed start from the same values. Normal distributions are not truncated.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from glassnet.common import checks, specs
from glassnet.common.arrays import Array


@runtime_checkable
class Initializer(Protocol):
    """Protocol of an initializer; a custom class needs only this method."""

    def draw(self, rng: np.random.Generator, shape: tuple[int, ...], dtype: npt.DTypeLike = np.float32) -> Array:
        """Return an array of random initial values.

        Parameters
        ----------
        rng : numpy.random.Generator
            Source of randomness.
        shape : tuple of int
            (inputs, units) for weights, (units,) for biases.
        dtype : dtype, default float32
            Dtype of the result.

        Returns
        -------
        Array
            Values of this shape and dtype.
        """


@dataclass(frozen=True)
class Normal:
    """Normal distribution with a fixed standard deviation: N(0, std²).

    Parameters
    ----------
    std : float, default 0.01
        Standard deviation.

    References
    ----------
    Krizhevsky, Sutskever & Hinton, "ImageNet classification with deep convolutional neural networks", NeurIPS 2012.

    Examples
    --------
    >>> Normal(0.1).draw(np.random.default_rng(0), (2, 3)).round(4)
    array([[ 0.0126, -0.0132,  0.064 ],
           [ 0.0105, -0.0536,  0.0362]], dtype=float32)
    """

    std: float = 0.01

    def __post_init__(self) -> None:
        checks.number("std of normal", self.std, at_least=0)

    def draw(self, rng: np.random.Generator, shape: tuple[int, ...], dtype: npt.DTypeLike = np.float32) -> Array:
        """Return numbers from N(0, std²)."""
        return _normal(rng, self.std, shape, dtype)


@dataclass(frozen=True)
class Uniform:
    """Uniform distribution with a fixed limit: U(−limit, limit).

    Parameters
    ----------
    limit : float, default 0.05
        Largest absolute value.

    Examples
    --------
    >>> bool(np.abs(Uniform(0.5).draw(np.random.default_rng(0), (100, 3))).max() <= 0.5)
    True
    """

    limit: float = 0.05

    def __post_init__(self) -> None:
        checks.number("limit of uniform", self.limit, at_least=0)

    def draw(self, rng: np.random.Generator, shape: tuple[int, ...], dtype: npt.DTypeLike = np.float32) -> Array:
        """Return numbers from U(−limit, limit)."""
        return _uniform(rng, self.limit, shape, dtype)


@dataclass(frozen=True)
class GlorotNormal:
    """Glorot (Xavier) normal initializer: N(0, std²) with std = gain · √(2 / (fan_in + fan_out)).

    Keeps the variance of activations and gradients constant across tanh and sigmoid layers.

    Parameters
    ----------
    gain : float, default 1.0
        Factor that compensates for the activation, such as 5/3 for tanh in PyTorch.

    References
    ----------
    Glorot & Bengio, "Understanding the difficulty of training deep feedforward neural networks", AISTATS 2010.

    Examples
    --------
    >>> GlorotNormal().draw(np.random.default_rng(0), (64, 10)).shape
    (64, 10)
    """

    gain: float = 1.0

    def __post_init__(self) -> None:
        checks.number("gain of glorot_normal", self.gain, above=0)

    def draw(self, rng: np.random.Generator, shape: tuple[int, ...], dtype: npt.DTypeLike = np.float32) -> Array:
        """Return weights from N(0, gain² · 2 / (inputs + units)), (inputs, units)."""
        return _normal(rng, self.gain * sqrt(2 / sum(_fans("glorot_normal", shape))), shape, dtype)


@dataclass(frozen=True)
class GlorotUniform:
    """Glorot (Xavier) uniform initializer: U(−limit, limit) with limit = gain · √(6 / (fan_in + fan_out)).

    Parameters
    ----------
    gain : float, default 1.0
        See GlorotNormal.

    References
    ----------
    Glorot & Bengio, "Understanding the difficulty of training deep feedforward neural networks", AISTATS 2010.

    Examples
    --------
    >>> bool(np.abs(GlorotUniform().draw(np.random.default_rng(0), (4, 2))).max() <= 1)
    True
    """

    gain: float = 1.0

    def __post_init__(self) -> None:
        checks.number("gain of glorot_uniform", self.gain, above=0)

    def draw(self, rng: np.random.Generator, shape: tuple[int, ...], dtype: npt.DTypeLike = np.float32) -> Array:
        """Return weights from U(−limit, limit), (inputs, units)."""
        return _uniform(rng, self.gain * sqrt(6 / sum(_fans("glorot_uniform", shape))), shape, dtype)


@dataclass(frozen=True)
class HeNormal:
    """He (Kaiming) normal initializer: N(0, std²) with std = √(2 / ((1 + slope²) · fan_in)).

    Keeps the variance of activations constant across ReLU layers.

    Parameters
    ----------
    slope : float, default 0.0
        Slope of the leaky ReLU for negative inputs; 0 for ReLU.

    References
    ----------
    He, Zhang, Ren & Sun, "Delving deep into rectifiers", ICCV 2015.

    Examples
    --------
    >>> HeNormal().draw(np.random.default_rng(0), (64, 10)).shape
    (64, 10)
    """

    slope: float = 0.0

    def __post_init__(self) -> None:
        checks.number("slope of he_normal", self.slope)

    def draw(self, rng: np.random.Generator, shape: tuple[int, ...], dtype: npt.DTypeLike = np.float32) -> Array:
        """Return weights from N(0, 2 / ((1 + slope²) · inputs)), (inputs, units)."""
        inputs, _ = _fans("he_normal", shape)
        return _normal(rng, sqrt(2 / ((1 + self.slope**2) * inputs)), shape, dtype)


@dataclass(frozen=True)
class HeUniform:
    """He (Kaiming) uniform initializer: U(−limit, limit) with limit = √(6 / ((1 + slope²) · fan_in)).

    Parameters
    ----------
    slope : float, default 0.0
        See HeNormal.

    References
    ----------
    He, Zhang, Ren & Sun, "Delving deep into rectifiers", ICCV 2015.

    Examples
    --------
    >>> bool(np.abs(HeUniform().draw(np.random.default_rng(0), (6, 2))).max() <= 1)
    True
    """

    slope: float = 0.0

    def __post_init__(self) -> None:
        checks.number("slope of he_uniform", self.slope)

    def draw(self, rng: np.random.Generator, shape: tuple[int, ...], dtype: npt.DTypeLike = np.float32) -> Array:
        """Return weights from U(−limit, limit), (inputs, units)."""
        inputs, _ = _fans("he_uniform", shape)
        return _uniform(rng, sqrt(6 / ((1 + self.slope**2) * inputs)), shape, dtype)


@dataclass(frozen=True)
class LeCunNormal:
    """LeCun normal initializer: N(0, std²) with std = √(1 / fan_in), as SELU layers need it.

    References
    ----------
    LeCun, Bottou, Orr & Müller, "Efficient BackProp", 1998.

    Examples
    --------
    >>> LeCunNormal().draw(np.random.default_rng(0), (64, 10)).shape
    (64, 10)
    """

    def draw(self, rng: np.random.Generator, shape: tuple[int, ...], dtype: npt.DTypeLike = np.float32) -> Array:
        """Return weights from N(0, 1 / inputs), (inputs, units)."""
        inputs, _ = _fans("lecun_normal", shape)
        return _normal(rng, sqrt(1 / inputs), shape, dtype)


@dataclass(frozen=True)
class LeCunUniform:
    """LeCun uniform initializer: U(−limit, limit) with limit = √(3 / fan_in).

    References
    ----------
    LeCun, Bottou, Orr & Müller, "Efficient BackProp", 1998.

    Examples
    --------
    >>> bool(np.abs(LeCunUniform().draw(np.random.default_rng(0), (3, 2))).max() <= 1)
    True
    """

    def draw(self, rng: np.random.Generator, shape: tuple[int, ...], dtype: npt.DTypeLike = np.float32) -> Array:
        """Return weights from U(−√(3 / inputs), √(3 / inputs)), (inputs, units)."""
        inputs, _ = _fans("lecun_uniform", shape)
        return _uniform(rng, sqrt(3 / inputs), shape, dtype)


@dataclass(frozen=True)
class Orthogonal:
    """Orthogonal initializer: WᵀW = gain² · I, or WWᵀ = gain² · I if there are more units than inputs.

    W is Q of the QR decomposition of a normal matrix. The signs of R's diagonal are moved into Q; without this, Q would
    not be uniformly distributed (Mezzadri, 2007).

    Parameters
    ----------
    gain : float, default 1.0
        Length of each column (or row).

    References
    ----------
    Saxe, McClelland & Ganguli, "Exact solutions to the nonlinear dynamics of learning in deep linear neural networks",
    ICLR 2014.

    Mezzadri, "How to generate random matrices from the classical compact groups", 2007.

    Examples
    --------
    >>> W = Orthogonal().draw(np.random.default_rng(0), (5, 2), np.float64)
    >>> np.allclose(W.T @ W, np.eye(2))
    True
    """

    gain: float = 1.0

    def __post_init__(self) -> None:
        checks.number("gain of orthogonal", self.gain, above=0)

    def draw(self, rng: np.random.Generator, shape: tuple[int, ...], dtype: npt.DTypeLike = np.float32) -> Array:
        """Return weights whose columns (or rows, if these are fewer) are orthogonal and have norm `gain`."""
        inputs, units = _fans("orthogonal", shape)
        normal = rng.standard_normal((max(inputs, units), min(inputs, units)))
        Q, R = np.linalg.qr(normal)  # (more, fewer), (fewer, fewer)
        Q *= np.where(np.diagonal(R) < 0, -self.gain, self.gain)
        return (Q if inputs >= units else Q.T).astype(dtype, order="C")


@dataclass(frozen=True)
class Zeros:
    """All zeros, the default for biases. A network whose weights all start at zero does not learn.

    Examples
    --------
    >>> Zeros().draw(np.random.default_rng(0), (3,))
    array([0., 0., 0.], dtype=float32)
    """

    def draw(self, rng: np.random.Generator, shape: tuple[int, ...], dtype: npt.DTypeLike = np.float32) -> Array:
        """Return zeros; no random number is taken."""
        return np.zeros(shape, dtype)


def _normal(rng: np.random.Generator, std: float, shape: tuple[int, ...], dtype: npt.DTypeLike) -> Array:
    return (std * rng.standard_normal(shape)).astype(dtype)


def _uniform(rng: np.random.Generator, limit: float, shape: tuple[int, ...], dtype: npt.DTypeLike) -> Array:
    return rng.uniform(-limit, limit, shape).astype(dtype)


def _fans(name: str, shape: tuple[int, ...]) -> tuple[int, int]:
    """Return (inputs, units) of a weight matrix; raise ValueError for a bias, which has no fans."""
    if len(shape) == 1:
        raise ValueError(f"bias_init {name!r} needs the shape of a weight matrix; use normal, uniform or zeros")
    if len(shape) != 2 or min(shape) < 1:
        raise ValueError(f"init {name!r} needs the shape (inputs, units) of a weight matrix, got {shape}")
    return shape[0], shape[1]


InitializerLike = specs.Spec | Initializer
"""A name, a name with options, or an object."""

INITIALIZERS: dict[str, type[Initializer]] = {
    "normal": Normal,
    "uniform": Uniform,
    "glorot_normal": GlorotNormal,
    "glorot_uniform": GlorotUniform,
    "he_normal": HeNormal,
    "he_uniform": HeUniform,
    "lecun_normal": LeCunNormal,
    "lecun_uniform": LeCunUniform,
    "orthogonal": Orthogonal,
    "zeros": Zeros,
}


def initializer(choice: InitializerLike) -> Initializer:
    """Return an initializer by name, from a spec, or as it is.

    Parameters
    ----------
    choice : str, dict, or Initializer
        A name such as "he_normal", a spec such as {"name": "normal", "std": 0.1}, or an object with draw.

    Returns
    -------
    Initializer
        The initializer.

    Raises
    ------
    ValueError
        If the name is unknown; the message suggests the closest match.
    TypeError
        If the object has no method draw.

    Examples
    --------
    >>> initializer({"name": "normal", "std": 0.1})
    Normal(std=0.1)
    """
    component = specs.from_spec("initializer", choice, INITIALIZERS)
    if not isinstance(component, Initializer):
        raise TypeError(f"an initializer is a name or an object with draw(rng, shape, dtype), got {component!r}")
    return component
