"""Schedules with a factor for every step: cosines, with and without cycles, and one cycle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from glassnet.common import checks
from glassnet.common.arrays import Array


@dataclass(frozen=True)
class Cosine:
    """Cosine annealing from the full learning rate to `final` of it, with an optional linear warm-up.

    With T = epochs · steps steps in total, w = round(warmup · T) of them for the warm-up, and t = 0 … T − 1:

        t < w     (t + 1) / (w + 1)
        t ≥ w     final + (1 − final) · (1 + cos(π (t − w) / (T − w))) / 2

    so no step has a rate of zero. Without warm-up, it is PyTorch's CosineAnnealingLR with T_max = T and eta_min = final
    · rate, stepped at every step; with warm-up, it is Optax's warmup_cosine_decay_schedule from rate / (w + 1).

    Parameters
    ----------
    warmup : float, default 0.0
        Share of all steps used for the warm-up, in [0, 1).
    final : float, default 0.0
        Factor at the end, in [0, 1].

    References
    ----------
    Loshchilov & Hutter, "SGDR: stochastic gradient descent with warm restarts", ICLR 2017 (without restarts).

    Examples
    --------
    >>> Cosine().factors(epoch=1, epochs=2, steps=2, history=[]).round(4)
    array([1.    , 0.8536])
    """

    warmup: float = 0.0
    final: float = 0.0

    def __post_init__(self) -> None:
        checks.number("warmup of cosine", self.warmup, at_least=0, below=1)
        checks.number("final of cosine", self.final, at_least=0, at_most=1)

    def factors(self, epoch: int, epochs: int, steps: int, history: Sequence[float]) -> Array:
        """Return the warm-up or the cosine at each step of this epoch, (steps,)."""
        total, t = _clock(epoch, epochs, steps)
        warm = round(self.warmup * total)
        falling = _glide(1.0, self.final, (t - warm) / max(total - warm, 1))
        return np.where(t < warm, (t + 1) / (warm + 1), falling)


@dataclass(frozen=True)
class OneCycle:
    """One-cycle policy: the rate rises to its peak and falls far below its start, along half cosines.

    With T = epochs · steps, steps t = 0 … T − 1, and the peak at p = peak_at · T − 1 (as PyTorch counts; at 0 if that
    is below 0): from `start` at t = 0 to 1 at t = p, and on to `final` at t = T − 1.

    Equivalent to PyTorch's OneCycleLR, stepped at every step, with max_lr = the optimizer's rate, total_steps = T,
    pct_start = peak_at, div_factor = 1 / start, final_div_factor = start / final, anneal_strategy "cos", and
    cycle_momentum=False.

    Parameters
    ----------
    peak_at : float, default 0.3
        Share of the run at which the rate peaks, in (0, 1).
    start : float, default 1/25
        Factor at the start, in (0, 1].
    final : float, default 0.0001
        Factor at the end, in [0, 1]. PyTorch's own default is 4e-6.

    References
    ----------
    Smith & Topin, "Super-convergence: very fast training of neural networks using large learning rates", 2018.

    Examples
    --------
    >>> OneCycle(peak_at=0.5, final=0.01).factors(epoch=1, epochs=1, steps=6, history=[])
    array([0.04  , 0.52  , 1.    , 0.7525, 0.2575, 0.01  ])
    """

    peak_at: float = 0.3
    start: float = 1 / 25
    final: float = 1e-4

    def __post_init__(self) -> None:
        checks.number("peak_at of one_cycle", self.peak_at, above=0, below=1)
        checks.number("start of one_cycle", self.start, above=0, at_most=1)
        checks.number("final of one_cycle", self.final, at_least=0, at_most=1)

    def factors(self, epoch: int, epochs: int, steps: int, history: Sequence[float]) -> Array:
        """Return the rising or the sinking half cosine at each step of this epoch, (steps,)."""
        total, t = _clock(epoch, epochs, steps)
        peak = max(self.peak_at * total - 1, 0.0)
        # In a run of very few steps the first one is the peak already, and perhaps the only one.
        rising = _glide(self.start, 1.0, t / peak if peak > 0 else np.ones(steps))
        sinking = _glide(1.0, self.final, (t - peak) / (total - 1 - peak if total > 1 else 1))
        return np.where(t <= peak, rising, sinking)


@dataclass(frozen=True)
class CosineCycles:
    """Cosine annealing with warm restarts: `cycles` half cosines of equal length, each from 1 to 0.

    With t = 0 … T − 1 of T = epochs · steps steps, and c cycles:

        (1 + cos(π (c t / T mod 1))) / 2

    Equivalent to PyTorch's CosineAnnealingWarmRestarts with T_0 = T / cycles, stepped at every step.

    Parameters
    ----------
    cycles : int, default 4
        Number of half cosines.

    References
    ----------
    Loshchilov & Hutter, "SGDR: stochastic gradient descent with warm restarts", ICLR 2017.

    Examples
    --------
    >>> CosineCycles(2).factors(epoch=1, epochs=1, steps=6, history=[])
    array([1.  , 0.75, 0.25, 1.  , 0.75, 0.25])
    """

    cycles: int = 4

    def __post_init__(self) -> None:
        checks.whole_number("cycles of cosine_cycles", self.cycles, at_least=1)

    def factors(self, epoch: int, epochs: int, steps: int, history: Sequence[float]) -> Array:
        """Return the half cosine of the current cycle at each step of this epoch, (steps,)."""
        total, t = _clock(epoch, epochs, steps)
        return _glide(1.0, 0.0, self.cycles * t % total / total)


@dataclass(frozen=True)
class CosineLog:
    """Logarithmic cosine: `cycles` cosines from 0 to 1 and back, each twice as long as the one before.

    With t = 0 … T − 1 of T = epochs · steps steps, and c cycles:

        (1 − cos(2π log₂(1 + (2ᶜ − 1) t / T))) / 2

    The first step has a factor of 0. Suitable learning rates are higher than those of other schedules.

    Parameters
    ----------
    cycles : int, default 4
        Number of cosines.

    References
    ----------
    Holzmüller, Grinsztajn & Steinwart, "Better by default: strong pre-tuned MLPs and boosted trees on tabular data",
    NeurIPS 2024 (coslog₄).

    Examples
    --------
    >>> CosineLog(2).factors(epoch=1, epochs=1, steps=6, history=[]).round(2)
    array([0.  , 0.93, 0.  , 0.72, 0.93, 0.32])
    """

    cycles: int = 4

    def __post_init__(self) -> None:
        checks.whole_number("cycles of cosine_log", self.cycles, at_least=1)

    def factors(self, epoch: int, epochs: int, steps: int, history: Sequence[float]) -> Array:
        """Return the cosine of the current cycle at each step of this epoch, (steps,)."""
        total, t = _clock(epoch, epochs, steps)
        factors: Array = (1 - np.cos(2 * np.pi * np.log2(1 + (2.0**self.cycles - 1) * t / total))) / 2
        return factors


@dataclass(frozen=True)
class FlatCosine:
    """Flat, then cosine: 1 in the first half of the run, and half a cosine to 0 in the second.

    With t = 0 … T − 1 of T = epochs · steps steps:

        (1 + cos(π (max(1, 2 t / T) − 1))) / 2

    It suits a dropout rate and a weight decay that vanish towards the end of training.

    References
    ----------
    Holzmüller, Grinsztajn & Steinwart, "Better by default: strong pre-tuned MLPs and boosted trees on tabular data",
    NeurIPS 2024 (flat_cos).

    Examples
    --------
    >>> FlatCosine().factors(epoch=1, epochs=1, steps=6, history=[])
    array([1.  , 1.  , 1.  , 1.  , 0.75, 0.25])
    """

    def factors(self, epoch: int, epochs: int, steps: int, history: Sequence[float]) -> Array:
        """Return 1 or the cosine at each step of this epoch, (steps,)."""
        total, t = _clock(epoch, epochs, steps)
        return _glide(1.0, 0.0, 2 * t / total - 1)


def _clock(epoch: int, epochs: int, steps: int) -> tuple[int, Array]:
    """Return the number of steps in the run, and the numbers (from 0) of those in this epoch, (steps,)."""
    return epochs * steps, np.arange((epoch - 1) * steps, epoch * steps, dtype=np.float64)


def _glide(start: float, end: float, progress: Array) -> Array:
    """Return half a cosine from `start`, where progress is 0, to `end`, where it is 1, (steps,)."""
    # Progress outside [0, 1] belongs to another phase and is never used.
    return end + (start - end) * (1 + np.cos(np.pi * np.clip(progress, 0, 1))) / 2
