"""Losses and accuracies by epoch, of a training that may go on for hours: with every second epoch left out in time."""

from __future__ import annotations

from bisect import bisect_right

import numpy as np

from glassnet.common.arrays import AnyArray

MOST = 4_000
"""Number of epochs above which every second one is left out."""

Row = tuple[float, float, float, float, float]
"""Epoch, train loss, test loss, train accuracy, test accuracy; NaN for what is missing."""


class LossHistory:
    """Rows of epochs: those divisible by `stride`, and the last one.

    >>> history = LossHistory()
    >>> for epoch in range(1, 4):
    ...     history.add((epoch, 0.5, 0.6, 1.0, 1.0))
    >>> first, rows = history.since(2)
    >>> first, rows.shape
    (2, (1, 5))
    """

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.stride = 1
        self._thinned = 0.0

    @property
    def last_epoch(self) -> float:
        """The last epoch, or 0."""
        return self.rows[-1][0] if self.rows else 0.0

    def add(self, row: Row) -> None:
        """Add the row of the next epoch; the last one goes if it was there only for being the last."""
        if self.rows and self.rows[-1][0] % self.stride:
            self.rows.pop()
        self.rows.append(row)
        if len(self.rows) > MOST:
            self.stride *= 2
            self.rows = [one for one in self.rows[:-1] if not one[0] % self.stride] + [row]
            self._thinned = row[0]

    def since(self, epoch: float) -> tuple[int, AnyArray]:
        """Return the rows that somebody does not have who has those up to an epoch: their first index, and (k, 5)."""
        known = epoch if epoch >= self._thinned else 0.0
        first = bisect_right(self.rows, known, key=lambda row: row[0])
        return first, np.array(self.rows[first:], np.float32).reshape(-1, 5)
