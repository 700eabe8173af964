"""The job of an engine: a network, its loss, and all options that affect a step."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

from glassnet.common.arrays import Array
from glassnet.maths.augmentation import Augmentation
from glassnet.maths.losses import Loss
from glassnet.maths.optimizers import LBFGS
from glassnet.maths.optimizers.adam import AdamW
from glassnet.maths.optimizers.base import Optimizer, State
from glassnet.network.network import Network
from glassnet.network.parameter_groups import GroupFactors, ParameterGroups


@dataclass(frozen=True)
class Job:
    """One training run for an engine; the values that change are the network's θ and `state`.

    optimizer and state: state is None for L-BFGS, which has its own. l1, l2: strengths of the penalties on the weights;
    with `l2_per_row`, the L2 strength is divided by the batch's Σw, as in scikit-learn. weight_decay: decoupled, on the
    weights. parameter_groups: factors of learning rate and weight decay (see network/parameter_groups.py), or None.
    clip_norm, clip_value: limits of the gradient, or None. average: the moving average of θ, updated after every step
    by average ← d average + (1 − d) θ with d = `ema` (see maths/ema.py), or None. augment: the random augmentation of
    images in each epoch (see maths/augmentation.py), or None; image: the shape of a row, (height, width, channels).
    loss_parts: number of equal parts of the output with weights of their own. If there are several, `loss` is that of
    one part, and weights are (n, loss_parts), divided by the mean of each part in its batch, unless that is 0; the loss
    of a batch is the sum of the parts' weighted means. threads: maximum number of threads; None chooses automatically.
    memo: state that an engine keeps between blocks.
    """

    network: Network
    loss: Loss
    optimizer: Optimizer | LBFGS
    state: State | None
    l1: float = 0.0
    l2: float = 0.0
    l2_per_row: bool = False
    weight_decay: float = 0.0
    parameter_groups: ParameterGroups | None = None
    clip_norm: float | None = None
    clip_value: float | None = None
    average: Array | None = None
    ema: float | None = None
    augment: Augmentation | None = None
    image: tuple[int, int, int] = (0, 0, 0)
    loss_parts: int = 1
    threads: int | None = None
    memo: dict[object, Any] = field(default_factory=dict, compare=False, repr=False)

    def decay_of(self, is_weight: bool, factors: GroupFactors) -> float:
        """Return the weight decay of weights, or of other parameters, in a group with these factors."""
        decay, is_everywhere = self.weight_decay, False
        if isinstance(self.optimizer, AdamW):
            decay, is_everywhere = self.optimizer.weight_decay, self.optimizer.decay_biases
        if factors.weight_decay is not None:
            return decay * factors.weight_decay
        return decay if is_weight or is_everywhere else 0.0


@dataclass(frozen=True)
class StepFactors:
    """Factors of the weight decay and of all dropout rates at each step, (steps,) each; None for 1."""

    weight_decay: Array | None = None
    dropout: Array | None = None

    def part(self, first: int, last: int) -> StepFactors:
        """Return the factors of the steps first … last - 1."""
        return StepFactors(
            *(None if factors is None else factors[first:last] for factors in (self.weight_decay, self.dropout))
        )

    def at(self, step: int) -> tuple[float, float]:
        """Return the factors of the weight decay and of dropout rates at one step."""
        decay, dropout = (
            1.0 if factors is None else float(factors[step]) for factors in (self.weight_decay, self.dropout)
        )
        return decay, dropout


NO_FACTORS = StepFactors()


class DivergenceError(FloatingPointError):
    """Raised for a loss that is not finite.

    loss: inf or NaN. step: number of the step in its block, from 1. epoch, rate: the epoch, and the learning rate of
    its first step, set by the epoch loop.
    """

    epoch: int = 0
    rate: float = math.nan

    def __init__(self, loss: float, step: int) -> None:
        super().__init__(f"the loss is {loss} at step {step}")
        self.loss = loss


@dataclass
class RunningTotals:
    """Totals of some steps: Σ rows · batch loss, the number of correct predictions, and the number of rows.

    correct is None for regression.
    """

    loss: float = 0.0
    correct: int | None = 0
    rows: int = 0

    def add(self, loss: float, correct: int | None, rows: int) -> None:
        """Add one batch with its mean loss and correct predictions, or other totals."""
        self.loss += loss * rows
        self.correct = None if correct is None or self.correct is None else self.correct + correct
        self.rows += rows

    @property
    def mean_loss(self) -> float:
        """The mean of the batch losses, weighted by rows."""
        return self.loss / self.rows if self.rows else float("nan")

    @property
    def accuracy(self) -> float | None:
        """The share of correct predictions."""
        return None if self.correct is None or not self.rows else self.correct / self.rows
