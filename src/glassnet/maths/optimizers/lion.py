"""Lion: sign-based momentum."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from glassnet.common import checks
from glassnet.common.arrays import Array
from glassnet.maths.optimizers.base import OptimizerBase, State, average


@dataclass(frozen=True)
class Lion(OptimizerBase):
    """Lion: every parameter moves by the same amount, in the direction of the sign of a momentum.

        θ ← θ − η sign(β₁ m + (1 − β₁) g)            m ← β₂ m + (1 − β₂) g

    Suitable learning rates are about a tenth of Adam's.

    Parameters
    ----------
    learning_rate : float, default 0.0001
        Step size η.
    beta1 : float, default 0.9
        Weight β₁ of the momentum in the step, in [0, 1).
    beta2 : float, default 0.99
        Decay rate β₂ of the momentum, in [0, 1).

    References
    ----------
    Chen et al., "Symbolic discovery of optimization algorithms", NeurIPS 2023.

    Examples
    --------
    >>> theta, optimizer = np.array([1.0]), Lion()
    >>> optimizer.step(theta, np.array([2.0]), optimizer.start(theta), 0.1); theta.round(4)
    array([0.9])
    """

    learning_rate: float = 1e-4
    beta1: float = 0.9
    beta2: float = 0.99

    def __post_init__(self) -> None:
        super().__post_init__()
        checks.number("beta1", self.beta1, at_least=0, below=1)
        checks.number("beta2", self.beta2, at_least=0, below=1)

    @property
    def memory(self) -> tuple[str, ...]:
        """Names of the state vectors."""
        return ("mean",)

    def step(self, theta: Array, g: Array, state: State, learning_rate: float) -> None:
        """Update theta, (parameters,), by one step."""
        state.steps += 1
        mean, scratch = state["mean"], state.scratch
        np.subtract(mean, g, out=scratch)
        scratch *= self.beta1
        scratch += g  # β₁ m + (1 − β₁) g
        np.sign(scratch, out=scratch)
        scratch *= learning_rate
        theta -= scratch
        average(mean, g, self.beta2, scratch)
