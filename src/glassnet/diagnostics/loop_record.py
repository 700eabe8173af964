"""What is seen of a training loop: statistics of its arrays in some steps, its losses, and its outputs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from glassnet.common.arrays import AnyArray
from glassnet.diagnostics.non_finite import Failure
from glassnet.diagnostics.output_rules import OutputStats

FALLEN = 0.9
"""A loss below this share of its beginning has fallen."""


@dataclass(frozen=True)
class ArrayStats:
    """Statistics of a parameter array in one step.

    shape: of the parameter. gradient_shape: of its gradient; None without one. size, gradient, change: root mean
    squares of the parameter, of the gradient, and of the change since the step before, None where that was not
    examined. is_finite: of the gradient. is_one_number: whether all numbers of the gradient are equal. zeros: which
    entries of the gradient of a vector are zero, (k,), else None. along: cosine of the angle between change and
    gradient, -1 for gradient descent. pull: the same of gradient and parameter. inward: the same of change and
    parameter, -1 if it shrinks. fresh: root mean square of the gradient's change since the step before. away: the same
    of the parameter's change since the first step. signed: cosine of the angle between change and sign of the
    gradient, -1 if all entries move by the same amount.
    """

    shape: tuple[int, ...]
    gradient_shape: tuple[int, ...] | None
    size: float
    gradient: float
    change: float | None
    is_finite: bool
    is_one_number: bool
    zeros: AnyArray | None
    along: float | None = None
    pull: float = 0.0
    inward: float | None = None
    fresh: float | None = None
    away: float = 0.0
    signed: float | None = None


@dataclass(frozen=True)
class LoopRecord:
    """What was seen of a loop.

    steps: number of steps. losses: of all steps, or empty. names: of the parameters. stats: for each step that was
    examined, those of each parameter. equal: whether the units of a weight matrix were all the same in the end.
    classes: number of classes, or None. outputs: what was seen of outputs and targets, for steps that were examined.
    spacing: relative distance of neighboring numbers of each parameter's data type. examined: numbers of the steps that
    were examined, from 1. failure: why the first loss that is not finite is so.
    """

    steps: int
    losses: Sequence[float]
    names: Sequence[str]
    stats: Sequence[Sequence[ArrayStats]]
    equal: Sequence[bool]
    classes: int | None = None
    outputs: Sequence[OutputStats] = ()
    spacing: Sequence[float] = ()
    examined: Sequence[int] = ()
    failure: Failure | None = None

    def of(self, number: int) -> list[ArrayStats]:
        """Return the statistics of a parameter in all steps."""
        return [step[number] for step in self.stats]

    @property
    def moving(self) -> float:
        """The share of steps in which a parameter moves: in the others, gradients may be accumulated."""
        changes = [any(one.change for one in step) for step in self.stats if step[0].change is not None]
        return fmean(changes) if changes else 1.0

    @property
    def summed(self) -> str:
        """A sentence about a loss that is a sum over the rows, to explain gradients that are too large; or nothing."""
        rows = [one.summed for one in self.outputs]
        if not rows or sum(map(bool, rows)) <= len(rows) // 2:
            return ""
        return f" The loss is a sum over {max(rows)} rows: take their mean, or divide the learning rate by {max(rows)}."

    @property
    def matrices(self) -> list[int]:
        """The numbers of the weight matrices, in order. A column after a matrix with that many rows is a bias."""
        shapes = [one.shape for one in self.stats[0]] if self.stats else []
        return [
            i
            for i, shape in enumerate(shapes)
            if len(shape) >= 2 and not (i and len(shapes[i - 1]) >= 2 and shape[-1] == 1 and shape[0] in shapes[i - 1])
        ]


def has_fallen(losses: Sequence[float], share: float = FALLEN) -> bool:
    """Return whether a loss is below a share of the first in the end; False if it is not known."""
    part = max(5, len(losses) // 10)
    return len(losses) >= 2 * part and fmean(losses[-part:]) < share * min(losses[0], fmean(losses[:part]))
