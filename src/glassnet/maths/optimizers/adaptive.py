"""Optimizers with an adaptive step size per parameter: Adagrad, RMSProp, and Adadelta."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from glassnet.common import checks
from glassnet.common.arrays import Array
from glassnet.maths.optimizers.base import OptimizerBase, State, average, average_squares, step_over_root


@dataclass(frozen=True)
class Adagrad(OptimizerBase):
    """Adagrad: a step size per parameter that shrinks with its past gradients, s ← s + g², θ ← θ − η g / (√s + ε).

    Parameters
    ----------
    learning_rate : float, default 0.01
        Step size η.
    epsilon : float, default 1e-10
        Added to the denominator for numerical stability.

    References
    ----------
    Duchi, Hazan & Singer, "Adaptive subgradient methods for online learning", JMLR 12, 2011.

    Examples
    --------
    >>> theta, optimizer = np.array([1.0]), Adagrad()
    >>> optimizer.step(theta, np.array([2.0]), optimizer.start(theta), 0.1); theta.round(4)
    array([0.9])
    """

    learning_rate: float = 0.01
    epsilon: float = 1e-10

    def __post_init__(self) -> None:
        super().__post_init__()
        checks.number("epsilon", self.epsilon, at_least=0)

    @property
    def memory(self) -> tuple[str, ...]:
        """Names of the state vectors."""
        return ("squares",)

    def step(self, theta: Array, g: Array, state: State, learning_rate: float) -> None:
        """Update theta, (parameters,), by one step."""
        state.steps += 1
        squares, scratch = state["squares"], state.scratch
        np.multiply(g, g, out=scratch)
        squares += scratch
        step_over_root(theta, g, squares, learning_rate, self.epsilon, scratch)


@dataclass(frozen=True)
class RMSProp(OptimizerBase):
    """RMSProp: Adagrad with a moving average, s ← ρ s + (1 − ρ) g², θ ← θ − η g / (√s + ε).

    With momentum μ: v ← μ v + g / (√s + ε), θ ← θ − η v. PyTorch calls ρ alpha. TensorFlow puts ε under the root.

    Parameters
    ----------
    learning_rate : float, default 0.01
        Step size η.
    decay : float, default 0.99
        Decay rate ρ of the moving average, in [0, 1).
    epsilon : float, default 1e-8
        Added to the denominator for numerical stability.
    momentum : float, default 0.0
        Momentum μ, in [0, 1].
    centered : bool, default False
        Divide by the standard deviation of the gradients: m ← ρ m + (1 − ρ) g, with s − m² under the root.

    References
    ----------
    Tieleman & Hinton, "Lecture 6.5: rmsprop", Coursera, 2012.

    Graves, arXiv:1308.0850 (centered).

    Examples
    --------
    >>> theta, optimizer = np.array([1.0]), RMSProp()
    >>> optimizer.step(theta, np.array([2.0]), optimizer.start(theta), 0.1); theta.round(4)
    array([0.])
    """

    learning_rate: float = 0.01
    decay: float = 0.99
    epsilon: float = 1e-8
    momentum: float = 0.0
    centered: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        checks.number("decay", self.decay, at_least=0, below=1)
        checks.number("epsilon", self.epsilon, at_least=0)
        checks.number("momentum", self.momentum, at_least=0, below=1)

    @property
    def memory(self) -> tuple[str, ...]:
        """Names of the state vectors."""
        return ("squares",) + ("mean",) * self.centered + ("velocity",) * (self.momentum > 0)

    def step(self, theta: Array, g: Array, state: State, learning_rate: float) -> None:
        """Update theta, (parameters,), by one step."""
        state.steps += 1
        squares, scratch = state["squares"], state.scratch
        average_squares(squares, g, self.decay, scratch)
        if self.centered:
            mean = state["mean"]
            average(mean, g, self.decay, scratch)
            np.multiply(mean, mean, out=scratch)
            np.subtract(squares, scratch, out=scratch)
            np.maximum(scratch, 0, out=scratch)  # rounding may leave a variance of a little below 0
        else:
            scratch[:] = squares
        np.sqrt(scratch, out=scratch)
        scratch += self.epsilon
        np.divide(g, scratch, out=scratch)
        if self.momentum:
            velocity = state["velocity"]
            velocity *= self.momentum
            velocity += scratch
            scratch[:] = velocity
        scratch *= learning_rate
        theta -= scratch


@dataclass(frozen=True)
class Adadelta(OptimizerBase):
    """Adadelta: RMSProp with steps in the units of the parameter, so that the default learning rate is 1.

        s ← ρ s + (1 − ρ) g²    Δ = g √(d + ε) / √(s + ε)    d ← ρ d + (1 − ρ) Δ²    θ ← θ − η Δ

    The state holds s + ε and d + ε, which is all that is needed and saves a vector.

    Parameters
    ----------
    learning_rate : float, default 1.0
        Step size η.
    decay : float, default 0.9
        Decay rate ρ of both moving averages, in [0, 1).
    epsilon : float, default 1e-6
        Added under both roots for numerical stability.

    References
    ----------
    Zeiler, "ADADELTA: an adaptive learning rate method", arXiv:1212.5701.

    Examples
    --------
    >>> theta, optimizer = np.array([1.0]), Adadelta()
    >>> optimizer.step(theta, np.array([2.0]), optimizer.start(theta), 0.1); theta.round(4)
    array([0.9997])
    """

    learning_rate: float = 1.0
    decay: float = 0.9
    epsilon: float = 1e-6

    def __post_init__(self) -> None:
        super().__post_init__()
        checks.number("decay", self.decay, at_least=0, below=1)
        checks.number("epsilon", self.epsilon, above=0)

    @property
    def memory(self) -> tuple[str, ...]:
        """Names of the state vectors."""
        return ("squares", "step_squares")

    def start(self, theta: Array, weights: Sequence[slice] = (slice(None),)) -> State:
        """Return the state before the first step: s and d are 0, so ε is what is remembered."""
        state = super().start(theta, weights)
        state.vectors.fill(self.epsilon)
        return state

    def step(self, theta: Array, g: Array, state: State, learning_rate: float) -> None:
        """Update theta, (parameters,), by one step."""
        state.steps += 1
        squares, step_squares, scratch = state["squares"], state["step_squares"], state.scratch
        average_squares(squares, g, self.decay, scratch)
        squares += (1 - self.decay) * self.epsilon
        np.divide(step_squares, squares, out=scratch)
        np.sqrt(scratch, out=scratch)
        scratch *= g
        scratch *= learning_rate
        theta -= scratch
        # Δ² once more, from (Δ / g)² = (d + ε) / (s + ε), since scratch holds η Δ and η may be 0.
        np.divide(step_squares, squares, out=scratch)
        scratch *= g
        scratch *= g
        average(step_squares, scratch, self.decay, scratch)
        step_squares += (1 - self.decay) * self.epsilon
