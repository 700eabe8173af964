"""The protocol of a schedule."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

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
