"""Stochastic gradient descent, plain, with momentum, and with Nesterov momentum."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from glassnet.common import checks
from glassnet.common.arrays import Array
from glassnet.maths.optimizers.base import OptimizerBase, State


@dataclass(frozen=True)
class SGD(OptimizerBase):
    """Stochastic gradient descent: walk against the gradient, θ ← θ − η g; with momentum μ, like a ball that rolls.

        v ← μ v + g            θ ← θ − η v                  (nesterov: θ ← θ − η (g + μ v))

    `rate_in_velocity` puts the rate into the velocity as scikit-learn does, v ← μ v − η g, θ ← θ + v (nesterov:
    θ ← θ + μ v − η g): the same while η is constant, another path while it changes.
    Sources: Polyak, "Some methods of speeding up the convergence of iteration methods", 1964; Sutskever, Martens,
    Dahl & Hinton, "On the importance of initialization and momentum in deep learning", ICML 2013.

    >>> theta, optimizer = np.array([1.0]), SGD(learning_rate=0.1)
    >>> optimizer.step(theta, np.array([2.0]), optimizer.start(theta), 0.1); theta
    array([0.8])
    """

    momentum: float = 0.0
    nesterov: bool = False
    rate_in_velocity: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        checks.number("momentum", self.momentum, at_least=0, at_most=1)
        if self.nesterov and self.momentum == 0:
            raise ValueError("nesterov needs a momentum above 0, 0.9 for instance")

    @property
    def memory(self) -> tuple[str, ...]:
        """The names of the vectors it remembers."""
        return ("velocity",) if self.momentum else ()

    def step(self, theta: Array, g: Array, state: State, learning_rate: float) -> None:
        """Move theta, (parameters,), by one step."""
        state.steps += 1
        scratch = state.scratch
        if self.momentum == 0:
            np.multiply(g, learning_rate, out=scratch)
            theta -= scratch
            return
        velocity = state["velocity"]
        velocity *= self.momentum
        if self.rate_in_velocity:
            np.multiply(g, learning_rate, out=scratch)
            velocity -= scratch
            if self.nesterov:
                theta -= scratch
                np.multiply(velocity, self.momentum, out=scratch)
                theta += scratch
            else:
                theta += velocity
            return
        velocity += g
        if self.nesterov:
            np.multiply(velocity, self.momentum, out=scratch)
            scratch += g
            scratch *= learning_rate
        else:
            np.multiply(velocity, learning_rate, out=scratch)
        theta -= scratch
