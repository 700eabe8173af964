"""Stopping rules, and the weights of the best epoch so far."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from glassnet.common.arrays import Array
from glassnet.network.network import Network
from glassnet.training.history import EpochRecord
from glassnet.training.options import TrainingOptions


class StoppingRule(Protocol):
    """Protocol of a stopping rule: whether an epoch is the best so far, and whether it is the last."""

    def is_best(self, record: EpochRecord) -> bool:
        """Take note of an epoch, and return whether its weights are the best so far."""

    def reason(self) -> str | None:
        """Return the reason to stop after this epoch, or None."""


@dataclass
class Patience:
    """Default stopping rule. The best epoch is the one with the lowest monitored loss.

    Early stopping: stop after `patience` epochs without a lower monitored loss. Convergence: stop after `patience`
    epochs in a row in which the training loss has changed by less than `tol`.

    >>> rule = Patience(TrainingOptions(early_stopping=True, patience=2))
    >>> [rule.is_best(EpochRecord(epoch, loss)) for epoch, loss in enumerate([2.0, 1.0, 1.0, 3.0], start=1)]
    [True, True, False, False]
    >>> rule.reason()
    'early stopping'
    """

    options: TrainingOptions
    best_epoch: int = 0
    best_loss: float = math.inf
    last_epoch: int = 0
    last_loss: float = math.inf
    unchanged: int = 0
    """Number of consecutive epochs in which the training loss has changed by less than `tol`."""

    def is_best(self, record: EpochRecord) -> bool:
        """Take note of an epoch, and return whether its weights are the best so far."""
        has_changed = not abs(self.last_loss - record.loss) < (self.options.tol or 0)
        self.unchanged = 0 if has_changed else self.unchanged + 1
        self.last_epoch, self.last_loss = record.epoch, record.loss
        if record.monitored < self.best_loss:
            self.best_epoch, self.best_loss = record.epoch, record.monitored
        return self.best_epoch == record.epoch

    def reason(self) -> str | None:
        """Return "early stopping" or "converged", or None to continue."""
        if self.options.early_stopping and self.last_epoch - self.best_epoch >= self.options.patience:
            return "early stopping"
        if self.options.tol is not None and self.unchanged >= self.options.patience:
            return "converged"
        return None


class BestWeights:
    """θ and the running statistics of networks after the best epoch; initially, before the first epoch.

    networks: the networks of one run, the same in every call. epoch: number of epochs they were trained for before.
    """

    def __init__(self, networks: Sequence[Network], epoch: int = 0) -> None:
        self.epoch = epoch
        self.vectors: list[tuple[Array, Array]] = [(one.parameters.copy(), one.state.copy()) for one in networks]

    def keep(self, networks: Sequence[Network], epoch: int) -> None:
        """Store the networks' weights as those of the best epoch."""
        self.epoch = epoch
        for network, (theta, state) in zip(networks, self.vectors, strict=True):
            theta[:], state[:] = network.parameters, network.state

    def restore(self, networks: Sequence[Network]) -> None:
        """Restore the networks' weights of the best epoch."""
        for network, (theta, state) in zip(networks, self.vectors, strict=True):
            network.parameters[:], network.state[:] = theta, state
