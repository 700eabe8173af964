"""Schedules with one factor for all steps of an epoch: constant, step, exponential, and on a plateau."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from glassnet.common import checks
from glassnet.common.arrays import Array


@dataclass(frozen=True)
class Constant:
    """Constant learning rate: factor 1.

    Examples
    --------
    >>> Constant().factors(epoch=1, epochs=10, steps=3, history=[])
    array([1., 1., 1.])
    """

    def factors(self, epoch: int, epochs: int, steps: int, history: Sequence[float]) -> Array:
        """Return ones, (steps,)."""
        return np.ones(steps)


@dataclass(frozen=True)
class Step:
    """Step decay: factor^⌊(epoch − 1) / every⌋.

    Equivalent to PyTorch's StepLR with step_size = every and gamma = factor, stepped once per epoch.

    Parameters
    ----------
    every : int, default 30
        Number of epochs between drops.
    factor : float, default 0.1
        Factor of each drop.

    Examples
    --------
    >>> Step(every=2).factors(epoch=3, epochs=10, steps=2, history=[0.9, 0.8])
    array([0.1, 0.1])
    """

    every: int = 30
    factor: float = 0.1

    def __post_init__(self) -> None:
        checks.whole_number("every of step", self.every, at_least=1)
        checks.number("factor of step", self.factor, above=0)

    def factors(self, epoch: int, epochs: int, steps: int, history: Sequence[float]) -> Array:
        """Return factor^⌊(epoch − 1) / every⌋ for every step, (steps,)."""
        return np.full(steps, self.factor ** ((epoch - 1) // self.every))


@dataclass(frozen=True)
class ExponentialDecay:
    """Exponential decay: factor^(epoch − 1).

    Equivalent to PyTorch's ExponentialLR with gamma = factor, stepped once per epoch.

    Parameters
    ----------
    factor : float, default 0.95
        Factor per epoch.

    Examples
    --------
    >>> ExponentialDecay(0.5).factors(epoch=3, epochs=10, steps=2, history=[0.9, 0.8])
    array([0.25, 0.25])
    """

    factor: float = 0.95

    def __post_init__(self) -> None:
        checks.number("factor of exponential", self.factor, above=0)

    def factors(self, epoch: int, epochs: int, steps: int, history: Sequence[float]) -> Array:
        """Return factor^(epoch − 1) for every step, (steps,)."""
        return np.full(steps, self.factor ** (epoch - 1))


@dataclass(frozen=True)
class ReduceOnPlateau:
    """Reduce the learning rate when the loss has not improved for more than `patience` epochs.

    An epoch is an improvement if its loss is below best − threshold · |best|; a loss of NaN is not. After `patience` +
    1 epochs in a row without improvement, the rate is multiplied by `factor`, and the count restarts.

    Equivalent to PyTorch's ReduceLROnPlateau with mode "min", threshold_mode "rel", cooldown 0, eps 0, and min_lr =
    minimum · rate. For losses below zero, PyTorch uses best − threshold · best, which accepts a slightly worse loss as
    an improvement.

    Parameters
    ----------
    factor : float, default 0.1
        Factor of each reduction.
    patience : int, default 10
        Number of epochs without improvement that are tolerated.
    threshold : float, default 0.0001
        Relative improvement that counts.
    minimum : float, default 0.0
        Lower bound of the factor.

    Examples
    --------
    >>> ReduceOnPlateau(patience=1).factors(epoch=4, epochs=9, steps=2, history=[0.5, 0.6, 0.5])
    array([0.1, 0.1])
    """

    factor: float = 0.1
    patience: int = 10
    threshold: float = 1e-4
    minimum: float = 0.0

    def __post_init__(self) -> None:
        checks.number("factor of plateau", self.factor, above=0, below=1)
        checks.whole_number("patience of plateau", self.patience, at_least=0)
        checks.number("threshold of plateau", self.threshold, at_least=0, below=1)
        checks.number("minimum of plateau", self.minimum, at_least=0, at_most=1)

    def factors(self, epoch: int, epochs: int, steps: int, history: Sequence[float]) -> Array:
        """Return the factor that follows from all losses so far, for every step, (steps,)."""
        factor, best, bad = 1.0, float("inf"), 0
        for loss in history:
            # The first loss is compared with inf, which has no relative threshold.
            if loss < (best - self.threshold * abs(best) if best < float("inf") else best):
                best, bad = loss, 0
            else:
                bad += 1
            if bad > self.patience:
                factor, bad = max(factor * self.factor, self.minimum), 0
        return np.full(steps, factor)
