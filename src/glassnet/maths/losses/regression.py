"""Regression losses: squared, absolute, Huber, quantile, and Poisson."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from glassnet.common import checks
from glassnet.common.arrays import AnyArray, Array
from glassnet.maths.losses.targets import numbers


@dataclass(frozen=True)
class SquaredError:
    """Squared error: ℓ = Σ_j (a_j − y_j)², da = 2 (a − y).

    Parameters
    ----------
    half : bool, default False
        Multiply loss and gradient by ½.
    mean : bool, default False
        Take the mean over the outputs instead of the sum.
    gradient_of_sum : bool, default False
        With `mean`, keep the gradient of the sum, as scikit-learn's adam and sgd do. Their steps are therefore larger
        by the number of outputs (scikit-learn issue 8349). With one output, there is no difference.

    Examples
    --------
    >>> SquaredError().value(np.array([[1.0, 5.0]]), np.array([[0.0, 3.0]]))
    array([5.])
    """

    half: bool = False
    mean: bool = False
    gradient_of_sum: bool = False
    canonical: ClassVar[str | None] = "identity"
    needs: ClassVar[tuple[str, ...] | None] = None

    def targets(self, y: AnyArray, outputs: int) -> AnyArray:
        """Return numbers (n, outputs)."""
        return numbers("squared_error", y, outputs)

    def value(self, a: Array, Y: AnyArray) -> Array:
        """Return Σ (a − y)² per row, (n,)."""
        squares = np.square(a - Y)
        value = squares.mean(axis=1) if self.mean else squares.sum(axis=1)
        return value / 2 if self.half else value

    def gradient(self, a: Array, Y: AnyArray) -> Array:
        """Return 2 (a − y), (n, k), divided by k for a mean."""
        slope = a - Y if self.half else 2 * (a - Y)
        return slope / a.shape[1] if self.mean and not self.gradient_of_sum else slope

    # The identity's logits are its output, so both ways are one.
    value_from_logits = value
    gradient_from_logits = gradient


@dataclass(frozen=True)
class AbsoluteError:
    """Absolute error: ℓ = Σ_j |a_j − y_j|, da = sign(a − y).

    Less sensitive to outliers than the squared error. Its minimizer is the median.

    Examples
    --------
    >>> AbsoluteError().value(np.array([[1.0, 5.0]]), np.array([[0.0, 3.0]]))
    array([3.])
    """

    canonical: ClassVar[str | None] = None
    needs: ClassVar[tuple[str, ...] | None] = None

    def targets(self, y: AnyArray, outputs: int) -> AnyArray:
        """Return numbers (n, outputs)."""
        return numbers("absolute_error", y, outputs)

    def value(self, a: Array, Y: AnyArray) -> Array:
        """Return Σ |a − y| per row, (n,)."""
        return np.abs(a - Y).sum(axis=1)

    def gradient(self, a: Array, Y: AnyArray) -> Array:
        """Return sign(a − y), (n, k); 0 where both are equal."""
        return np.sign(a - Y)


@dataclass(frozen=True)
class Huber:
    """Huber loss: with r = a − y, ½ r² where |r| ≤ delta, else delta (|r| − ½ delta).

    Quadratic for small errors, linear for large ones.

    Parameters
    ----------
    delta : float, default 1.0
        The error at which the loss becomes linear, in units of y.

    References
    ----------
    Huber, "Robust estimation of a location parameter", Annals of Mathematical Statistics 35, 1964.

    Examples
    --------
    >>> Huber(delta=1.0).value(np.array([[0.5, 5.0]]), np.array([[0.0, 3.0]]))
    array([1.625])
    """

    delta: float = 1.0
    canonical: ClassVar[str | None] = None
    needs: ClassVar[tuple[str, ...] | None] = None

    def __post_init__(self) -> None:
        checks.number("delta of huber", self.delta, above=0)

    def targets(self, y: AnyArray, outputs: int) -> AnyArray:
        """Return numbers (n, outputs)."""
        return numbers("huber", y, outputs)

    def value(self, a: Array, Y: AnyArray) -> Array:
        """Return Σ huber(a − y) per row, (n,)."""
        # With c = min(|r|, delta) both branches are c (|r| − c / 2), which squares no large number.
        r = np.abs(a - Y)
        c = np.minimum(r, self.delta)
        return (c * (r - c / 2)).sum(axis=1)

    def gradient(self, a: Array, Y: AnyArray) -> Array:
        """Return a − y, cut off at −delta and delta, (n, k)."""
        return np.clip(a - Y, -self.delta, self.delta)


@dataclass(frozen=True)
class Quantile:
    """Quantile loss, also called pinball loss: its minimizer is the q-th quantile of the targets.

        ℓ = Σ_j max(q (y_j − a_j), (q − 1) (y_j − a_j))          da = −q where y > a, 1 − q where y < a

    For q = ½, it is half the absolute error, and its minimizer is the median.

    Parameters
    ----------
    quantile : float, default 0.5
        The quantile q, in (0, 1): the share of targets below the prediction.

    References
    ----------
    Koenker & Bassett, "Regression quantiles", Econometrica 46, 1978.

    Examples
    --------
    >>> Quantile(0.9).value(np.array([[1.0], [3.0]]), np.array([[2.0], [2.0]])).round(4)
    array([0.9, 0.1])
    """

    quantile: float = 0.5
    canonical: ClassVar[str | None] = None
    needs: ClassVar[tuple[str, ...] | None] = None

    def __post_init__(self) -> None:
        checks.number("quantile", self.quantile, above=0, below=1)

    def targets(self, y: AnyArray, outputs: int) -> AnyArray:
        """Return numbers (n, outputs)."""
        return numbers("quantile", y, outputs)

    def value(self, a: Array, Y: AnyArray) -> Array:
        """Return Σ max(q (y − a), (q − 1) (y − a)) per row, (n,)."""
        r = Y - a
        return np.maximum(self.quantile * r, (self.quantile - 1) * r).sum(axis=1)

    def gradient(self, a: Array, Y: AnyArray) -> Array:
        """Return −q where a is below y, 1 − q where it is above, 0 where both are equal, (n, k)."""
        r = a - Y
        # |r| has slope ±1; half of it and a tilt of ½ − q give both sides.
        return np.sign(r) / 2 + np.where(r == 0, 0, 0.5 - self.quantile).astype(a.dtype)


@dataclass(frozen=True)
class Poisson:
    """Poisson loss: the negative log-likelihood of counts, ℓ = Σ_j (a_j − y_j log a_j), without the constant log y!.

    Computed from the logits, with a = exp(z), a rate that is always positive:

        ℓ = Σ_j (exp(z_j) − y_j z_j)          dz = a − y

    Parameters
    ----------
    deviance : bool, default False
        Add Σ (y log y − y), so that ℓ = 0 where a = y: scikit-learn's half Poisson deviance.

    References
    ----------
    Nelder & Wedderburn, "Generalized linear models", JRSS A 135, 1972.

    Examples
    --------
    >>> Poisson().value(np.array([[2.0]]), np.array([[3.0]])).round(4)
    array([-0.0794])
    """

    deviance: bool = False
    canonical: ClassVar[str | None] = "exponential"
    needs: ClassVar[tuple[str, ...] | None] = ("distribution", "distributions", "probability", "positive")

    def targets(self, y: AnyArray, outputs: int) -> AnyArray:
        """Return numbers (n, outputs), none below 0."""
        Y = numbers("poisson", y, outputs)
        if np.any(Y < 0):
            raise ValueError(f"poisson needs counts, at least 0, got {Y[Y < 0][0]:g}")
        return Y

    def value(self, a: Array, Y: AnyArray) -> Array:
        """Return Σ (a − y log a) per row, (n,); a rate of 0 counts as the smallest number there is."""
        return (a - Y * np.log(np.maximum(a, np.finfo(a.dtype).tiny)) + self._constant(Y)).sum(axis=1)

    def gradient(self, a: Array, Y: AnyArray) -> Array:
        """Return 1 − y / a, (n, k); never below the smallest finite number."""
        # An infinite slope times the 0 of an activation that hardly changes any more would be NaN.
        limits = np.finfo(a.dtype)
        with np.errstate(over="ignore"):
            return np.maximum(1 - Y / np.maximum(a, limits.tiny), limits.min)

    def value_from_logits(self, z: Array, Y: AnyArray) -> Array:
        """Return Σ (exp(z) − y z) per row, (n,); inf, without a warning, where exp(z) overflows."""
        with np.errstate(over="ignore"):
            return (np.exp(z) - Y * z + self._constant(Y)).sum(axis=1)

    def gradient_from_logits(self, a: Array, Y: AnyArray) -> Array:
        """Return a − y, (n, k)."""
        return a - Y

    def _constant(self, Y: AnyArray) -> AnyArray | float:
        """Return the constant term of the deviance, y log y − y, and 0 where y is 0, (n, k)."""
        return Y * np.log(np.where(Y > 0, Y, 1)) - Y if self.deviance else 0.0
