"""The tries that came to their end, and who is given up beside them: a try that is worse than their median.

It is Optuna's median pruner, which goes through all trials at every report; after a thousand of them that takes longer
than to train a small network.
"""

from __future__ import annotations

import math
import statistics
import time

from optuna.pruners import BasePruner
from optuna.study import Study
from optuna.trial import FrozenTrial

from glassnet.tuning.study import ranked

FIRST = 8
"""So many tries have to come to their end before any is given up."""

FEWEST = 4
"""And so many of them must have told something at the same point."""

FRESH = 0.25
"""Seconds for which the tries that were read are good enough."""


class Race(BasePruner):
    """Gives up what is behind."""

    def __init__(self) -> None:
        self.complete: list[FrozenTrial] = []
        self.medians: dict[int, float] = {}
        self.read = -math.inf

    def leaders(self, study: Study) -> list[FrozenTrial]:
        """Return the complete trials, the best first."""
        if time.monotonic() - self.read > FRESH:
            self.complete, self.medians, self.read = ranked(study), {}, time.monotonic()
        return self.complete

    def prune(self, study: Study, trial: FrozenTrial) -> bool:
        """Return whether the best that a trial has told is worse than the median of others at the point it is at."""
        point, others = trial.last_step, self.leaders(study)
        if point is None or len(others) < FIRST:
            return False
        if point not in self.medians:
            there = [other.intermediate_values[point] for other in others if point in other.intermediate_values]
            self.medians[point] = statistics.median(there) if len(there) >= FEWEST else math.inf
        return min(trial.intermediate_values.values()) > self.medians[point]
