"""Stochastic gradient descent, with optional momentum and Nesterov momentum."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from glassnet.common import checks
from glassnet.common.arrays import Array
from glassnet.maths.optimizers.base import OptimizerBase, State


@dataclass(frozen=True)
class SGD(OptimizerBase):
    """Stochastic gradient descent: θ ← θ − η g, with optional momentum μ.

        v ← μ v + g            θ ← θ − η v                  (Nesterov: θ ← θ − η (g + μ v))

    Parameters
    ----------
    learning_rate : float, default 0.01
        Step size η.
    momentum : float, default 0.0
        Momentum μ, in [0, 1].
    nesterov : bool, default False
        Use Nesterov momentum; needs a momentum above 0.
    rate_in_velocity : bool, default False
        Multiply the gradient by η before it enters the velocity, as scikit-learn does: v ← μ v − η g, θ ← θ + v
        (Nesterov: θ ← θ + μ v − η g). The result is the same while η is constant.

    References
    ----------
    Polyak, "Some methods of speeding up the convergence of iteration methods", 1964.

    Sutskever, Martens, Dahl & Hinton, "On the importance of initialization and momentum in deep learning", ICML 2013.

    Examples
    --------
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
        """Names of the state vectors."""
        return ("velocity",) if self.momentum else ()

    def step(self, theta: Array, g: Array, state: State, learning_rate: float) -> None:
        """Update theta, (parameters,), by one step."""
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
