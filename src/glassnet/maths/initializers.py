"""Which numbers the weights start from: random ones, of a size that lets signals neither die nor explode.

If every weight starts at the same number, all units of a layer stay copies of each other, so the start is random. How
wide to scatter follows from the fans of a weight matrix W, (inputs, units): `inputs` numbers flow into every unit
(fan in) and `units` numbers out of every input (fan out). An initializer is one function

    draw(rng, shape, dtype)         an array of that shape and dtype, random numbers taken from `rng`

with shape (inputs, units) for weights or (units,) for biases. Numbers are drawn in float64 and then rounded, so that
float32 and float64 networks of one seed start from the same numbers. Normal ones are plain, not truncated.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Any, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from glassnet.common import checks, specs
from glassnet.common.arrays import Array


@runtime_checkable
class Initializer(Protocol):
    """The function that makes an initializer; a user's own class needs no more than this."""

    def draw(self, rng: np.random.Generator, shape: tuple[int, ...], dtype: npt.DTypeLike = np.float32) -> Array:
        """Return an array of this shape and dtype."""


@dataclass(frozen=True)
class Normal:
    """Normal numbers of a given width, whatever the shape: N(0, std²).

    Source of the default: Krizhevsky, Sutskever & Hinton, "ImageNet classification with deep convolutional neural
    networks", NeurIPS 2012.

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
    """Numbers spread evenly over an interval around zero, whatever the shape: U(−limit, limit).

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
    """Keep the signal's size forward and the gradient's size backward, on average: std = gain · √(2 / (in + out)).

    Meant for tanh and sigmoid layers; `gain` makes up for what an activation takes away (PyTorch's gain: 5/3 for tanh).
    Source: Glorot & Bengio, "Understanding the difficulty of training deep feedforward neural networks", AISTATS 2010.

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
    """The even spread with the width of `GlorotNormal`: U(−limit, limit) with limit = gain · √(6 / (in + out)).

    Source: Glorot & Bengio, "Understanding the difficulty of training deep feedforward neural networks", AISTATS 2010.

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
    """Keep the signal's size through ReLU layers, which drop half of it: std = √(2 / ((1 + slope²) · in)).

    `slope` is that of a leaky ReLU's negative side, 0 for a ReLU.
    Source: He, Zhang, Ren & Sun, "Delving deep into rectifiers", ICCV 2015.

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
    """The even spread with the width of `HeNormal`: U(−limit, limit) with limit = √(6 / ((1 + slope²) · in)).

    Source: He, Zhang, Ren & Sun, "Delving deep into rectifiers", ICCV 2015.

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
    """Give every unit inputs that add up to variance one: std = √(1 / in). What SELU layers ask for.

    Source: LeCun, Bottou, Orr & Müller, "Efficient BackProp", 1998.

    >>> LeCunNormal().draw(np.random.default_rng(0), (64, 10)).shape
    (64, 10)
    """

    def draw(self, rng: np.random.Generator, shape: tuple[int, ...], dtype: npt.DTypeLike = np.float32) -> Array:
        """Return weights from N(0, 1 / inputs), (inputs, units)."""
        inputs, _ = _fans("lecun_normal", shape)
        return _normal(rng, sqrt(1 / inputs), shape, dtype)


@dataclass(frozen=True)
class LeCunUniform:
    """The even spread with the width of `LeCunNormal`: U(−limit, limit) with limit = √(3 / in).

    Source: LeCun, Bottou, Orr & Müller, "Efficient BackProp", 1998.

    >>> bool(np.abs(LeCunUniform().draw(np.random.default_rng(0), (3, 2))).max() <= 1)
    True
    """

    def draw(self, rng: np.random.Generator, shape: tuple[int, ...], dtype: npt.DTypeLike = np.float32) -> Array:
        """Return weights from U(−√(3 / inputs), √(3 / inputs)), (inputs, units)."""
        inputs, _ = _fans("lecun_uniform", shape)
        return _uniform(rng, sqrt(3 / inputs), shape, dtype)


@dataclass(frozen=True)
class Orthogonal:
    """Turn the signal without stretching it: WᵀW = gain² · I, or WWᵀ = gain² · I if there are more units than inputs.

    Q of the QR decomposition of normal numbers. Its signs are fixed by R's diagonal, without which Q would not be
    spread evenly over all rotations (Mezzadri, "How to generate random matrices from the classical compact groups",
    2007). Source: Saxe, McClelland & Ganguli, "Exact solutions to the nonlinear dynamics of learning in deep linear
    neural networks", ICLR 2014.

    >>> W = Orthogonal().draw(np.random.default_rng(0), (5, 2), np.float64)
    >>> np.allclose(W.T @ W, np.eye(2))
    True
    """

    gain: float = 1.0

    def __post_init__(self) -> None:
        checks.number("gain of orthogonal", self.gain, above=0)

    def draw(self, rng: np.random.Generator, shape: tuple[int, ...], dtype: npt.DTypeLike = np.float32) -> Array:
        """Return weights whose columns (or rows, if these are fewer) are perpendicular and `gain` long."""
        inputs, units = _fans("orthogonal", shape)
        normal = rng.standard_normal((max(inputs, units), min(inputs, units)))
        Q, R = np.linalg.qr(normal)  # (more, fewer), (fewer, fewer)
        Q *= np.where(np.diagonal(R) < 0, -self.gain, self.gain)
        return (Q if inputs >= units else Q.T).astype(dtype, order="C")


@dataclass(frozen=True)
class Zeros:
    """All zero. Right for biases; a network whose weights all start at zero does not learn.

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
    """Return (inputs, units) of a weight matrix; a bias has no fans, so it is refused."""
    if len(shape) == 1:
        raise ValueError(f"bias_init {name!r} needs the shape of a weight matrix; use normal, uniform or zeros")
    if len(shape) != 2 or min(shape) < 1:
        raise ValueError(f"init {name!r} needs the shape (inputs, units) of a weight matrix, got {shape}")
    return shape[0], shape[1]


INITIALIZERS: dict[str, type[Any]] = {
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


def initializer(choice: Any) -> Initializer:
    """Return the initializer that `choice` names, or `choice` itself if it can draw.

    >>> initializer({"name": "normal", "std": 0.1})
    Normal(std=0.1)
    """
    piece = specs.from_spec("initializer", choice, INITIALIZERS)
    if not isinstance(piece, Initializer):
        raise TypeError(f"an initializer is a name or an object with draw(rng, shape, dtype), got {piece!r}")
    return piece
