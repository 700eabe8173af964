"""Shared parts of the optimizers: their protocol, their state, and moving averages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np

from glassnet.common import checks
from glassnet.common.arrays import Array, vectors, writable


@dataclass
class State:
    """State of an optimizer between steps: all that a resumed run needs to continue with the same bits.

    Attributes
    ----------
    names : tuple of str
        Names of the vectors.
    vectors : Array, (len(names), parameters)
        The vectors; `state["mean"]` is one row.
    scratch : Array, (parameters,)
        Scratch space, free between steps.
    weights : sequence of slice
        Positions of the weights in θ.
    steps : int
        Number of steps made.
    momentum_product : float
        NAdam's running product of its momenta.
    """

    names: tuple[str, ...]
    vectors: Array
    scratch: Array
    weights: Sequence[slice]
    steps: int = 0
    momentum_product: float = 1.0

    def __setstate__(self, kept: dict[str, Any]) -> None:
        self.__dict__.update({name: writable(it) if isinstance(it, np.ndarray) else it for name, it in kept.items()})

    def __getitem__(self, name: str) -> Array:
        return self.vectors[self.names.index(name)]


@runtime_checkable
class Optimizer(Protocol):
    """Protocol of a stochastic optimizer; a custom class needs only these members."""

    @property
    def learning_rate(self) -> float:
        """The base rate, which a schedule multiplies."""

    def start(self, theta: Array, weights: Sequence[slice]) -> State:
        """Return the state before the first step.

        Parameters
        ----------
        theta : Array, (parameters,)
            Initial parameters.
        weights : sequence of slice
            Positions of the weights in theta.

        Returns
        -------
        State
            The state.
        """

    def step(self, theta: Array, g: Array, state: State, learning_rate: float) -> None:
        """Update theta in place by one step; g does not change.

        Parameters
        ----------
        theta : Array, (parameters,)
            Parameters, changed in place.
        g : Array, (parameters,)
            Gradient.
        state : State
            State, changed in place.
        learning_rate : float
            Learning rate of this step.
        """


@dataclass(frozen=True)
class OptimizerBase:
    """Base class of the optimizers: a learning rate, and a state of as many vectors as `memory` names.

    Parameters
    ----------
    learning_rate : float, default 0.01
        Step size η, above 0.
    """

    learning_rate: float = 0.01

    def __post_init__(self) -> None:
        checks.number("learning_rate", self.learning_rate, above=0)

    @property
    def memory(self) -> tuple[str, ...]:
        """Names of the state vectors, each as long as θ."""
        return ()

    def start(self, theta: Array, weights: Sequence[slice] = (slice(None),)) -> State:
        """Return the state before the first step, its vectors zero and of θ's length and dtype."""
        # θ and g are the first two vectors in the loop of a step.
        remembered = vectors(len(self.memory), theta.size, theta.dtype, first=2)
        return State(self.memory, remembered, np.empty_like(theta), tuple(weights))


def average(mean: Array, g: Array, beta: float, scratch: Array) -> None:
    """mean ← β mean + (1 − β) g, in place."""
    mean *= beta
    np.multiply(g, 1 - beta, out=scratch)
    mean += scratch


def average_squares(squares: Array, g: Array, beta: float, scratch: Array) -> None:
    """squares ← β squares + (1 − β) g², in place."""
    squares *= beta
    np.multiply(g, g, out=scratch)
    scratch *= 1 - beta
    squares += scratch


def step_over_root(theta: Array, g: Array, squares: Array, rate: float, epsilon: float, scratch: Array) -> None:
    """θ ← θ − rate · g / (√squares + ε), in place."""
    np.sqrt(squares, out=scratch)
    scratch += epsilon
    np.divide(g, scratch, out=scratch)
    scratch *= rate
    theta -= scratch
