"""How the learning rate changes during a run: big steps first to get near, small ones later to settle.

A schedule is one pure function

    factors(epoch, epochs, steps, history)        (steps,) float64

that gives, for every step of one epoch, the number by which the optimizer's learning rate is multiplied. `epoch` counts
from 1, as records do; there are `epochs` of them, of `steps` steps each; `history` holds one loss for each epoch that
is over: the validation loss if there is one, else the training loss. Nothing is remembered between calls, so a run
that was stopped and resumed takes the same steps as one that was not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np

from glassnet.common import checks, specs
from glassnet.common.arrays import Array


@runtime_checkable
class Schedule(Protocol):
    """The function that makes a schedule; a user's own class needs no more than this."""

    def factors(self, epoch: int, epochs: int, steps: int, history: Sequence[float]) -> Array:
        """Return what the learning rate is multiplied with at each step of this epoch, (steps,)."""


@dataclass(frozen=True)
class Constant:
    """The same learning rate from the first step to the last: factor 1.

    >>> Constant().factors(epoch=1, epochs=10, steps=3, history=[])
    array([1., 1., 1.])
    """

    def factors(self, epoch: int, epochs: int, steps: int, history: Sequence[float]) -> Array:
        """Return ones, (steps,)."""
        return np.ones(steps)


@dataclass(frozen=True)
class Step:
    """Drop the learning rate by a factor every so many epochs: factor^⌊(epoch − 1) / every⌋.

    PyTorch's StepLR with step_size = every and gamma = factor, stepped once an epoch.

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
    """Shrink the learning rate by the same factor after every epoch: factor^(epoch − 1).

    PyTorch's ExponentialLR with gamma = factor, stepped once an epoch.

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
    """Follow half a cosine from the full learning rate down to `final` of it, if wanted after a linear warm-up.

    With T = epochs · steps steps in the run, w = round(warmup · T) of them for warming up, and t = 0 … T − 1:

        t < w     (t + 1) / (w + 1)
        t ≥ w     final + (1 − final) · (1 + cos(π (t − w) / (T − w))) / 2

    so no step is wasted on a rate of zero. Without warm-up it is PyTorch's CosineAnnealingLR with T_max = T and
    eta_min = final · rate, stepped at every step; with it, Optax's warmup_cosine_decay_schedule from rate / (w + 1).
    Source: Loshchilov & Hutter, "SGDR: stochastic gradient descent with warm restarts", ICLR 2017 (without restarts).

    Parameters: `warmup`, the share of all steps spent warming up, in [0, 1); `final`, the factor at the end, in [0, 1].

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
    """Rise from a small learning rate to the full one, then sink far below the start, along half cosines both times.

    With T = epochs · steps, steps t = 0 … T − 1 and the peak at p = peak_at · T − 1 (as PyTorch counts; at 0 if
    that is below 0): from `start` at t = 0 to 1 at t = p, and on to `final` at t = T − 1.

    PyTorch's OneCycleLR, stepped at every step, with max_lr = the optimizer's rate, total_steps = T,
    pct_start = peak_at, div_factor = 1 / start, final_div_factor = start / final, anneal_strategy "cos" and
    cycle_momentum=False. Both `start` and `final` are shares of the peak; PyTorch's own default is final = 4e-6.
    Source: Smith & Topin, "Super-convergence: very fast training of neural networks using large learning rates", 2018.

    Parameters: `peak_at`, the share of the run at which the rate is full, in (0, 1); `start` and `final`, factors in
    (0, 1] and [0, 1].

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
    """Drop the learning rate by a factor whenever the loss has not improved for more than `patience` epochs.

    An epoch improves if its loss is below best − threshold · |best|; a loss of NaN does not. After `patience` + 1
    epochs in a row without, the factor is multiplied by `factor`, but not below `minimum`, and counting starts anew.

    PyTorch's ReduceLROnPlateau with mode "min", threshold_mode "rel", cooldown 0, eps 0 and min_lr = minimum · rate;
    only for losses below zero PyTorch takes best − threshold · best, which lets a slightly worse loss pass as better.

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
            # The very first loss is compared with inf, of which no share can be taken.
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


SCHEDULES: dict[str, type[Any]] = {
    "constant": Constant,
    "step": Step,
    "exponential": ExponentialDecay,
    "cosine": Cosine,
    "one_cycle": OneCycle,
    "plateau": ReduceOnPlateau,
}


def schedule(choice: Any) -> Schedule:
    """Return the schedule that `choice` names, or `choice` itself if it has factors(epoch, epochs, steps, history).

    >>> schedule({"name": "cosine", "warmup": 0.1})
    Cosine(warmup=0.1, final=0.0)
    """
    piece = specs.from_spec("schedule", choice, SCHEDULES)
    if not isinstance(piece, Schedule):
        raise TypeError(f"a schedule is a name or an object with factors(epoch, epochs, steps, history), got {piece!r}")
    return piece
