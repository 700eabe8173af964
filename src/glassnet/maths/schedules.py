"""Learning rate schedules: large steps at first, small ones later.

A schedule is one pure method

    factors(epoch, epochs, steps, history)        (steps,) float64

that returns the factor of the optimizer's learning rate for every step of an epoch. `epoch` counts from 1 up to
`epochs`; each epoch has `steps` steps. `history` holds one loss per finished epoch: the validation loss if there is
one, else the training loss. A schedule has no state, so a resumed run takes the same steps as an uninterrupted one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np

from glassnet.common import checks, specs
from glassnet.common.arrays import Array


@runtime_checkable
class Schedule(Protocol):
    """Protocol of a schedule; a custom class needs only this method."""

    def factors(self, epoch: int, epochs: int, steps: int, history: Sequence[float]) -> Array:
        """Return the factor of the learning rate for each step of an epoch.

        Parameters
        ----------
        epoch : int
            Number of the epoch, from 1.
        epochs : int
            Number of epochs of the run.
        steps : int
            Number of steps per epoch.
        history : sequence of float
            Loss of each finished epoch: the validation loss if there is one.

        Returns
        -------
        Array, (steps,)
            Factors, float64.
        """


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


def _clock(epoch: int, epochs: int, steps: int) -> tuple[int, Array]:
    """Return the number of steps in the run, and the numbers (from 0) of those in this epoch, (steps,)."""
    return epochs * steps, np.arange((epoch - 1) * steps, epoch * steps, dtype=np.float64)


def _glide(start: float, end: float, progress: Array) -> Array:
    """Return half a cosine from `start`, where progress is 0, to `end`, where it is 1, (steps,)."""
    # Progress outside [0, 1] belongs to another phase and is never used.
    return end + (start - end) * (1 + np.cos(np.pi * np.clip(progress, 0, 1))) / 2


ScheduleLike = specs.Spec | Schedule
"""A name, a name with options, or an object."""

SCHEDULES: dict[str, type[Schedule]] = {
    "constant": Constant,
    "step": Step,
    "exponential": ExponentialDecay,
    "cosine": Cosine,
    "one_cycle": OneCycle,
    "plateau": ReduceOnPlateau,
}


def schedule(choice: ScheduleLike) -> Schedule:
    """Return a schedule by name, from a spec, or as it is.

    Parameters
    ----------
    choice : str, dict, or Schedule
        A name such as "cosine", a spec such as {"name": "cosine", "warmup": 0.1}, or an object with factors.

    Returns
    -------
    Schedule
        The schedule.

    Raises
    ------
    ValueError
        If the name is unknown; the message suggests the closest match.
    TypeError
        If the object has no method factors.

    Examples
    --------
    >>> schedule({"name": "cosine", "warmup": 0.1})
    Cosine(warmup=0.1, final=0.0)
    """
    component = specs.from_spec("schedule", choice, SCHEDULES)
    if not isinstance(component, Schedule):
        raise TypeError(
            f"a schedule is a name or an object with factors(epoch, epochs, steps, history), got {component!r}"
        )
    return component
