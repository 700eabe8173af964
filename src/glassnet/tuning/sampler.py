"""Who chooses the settings of a try: Optuna's TPE, or, where that would take too long, a small change to a good one.

TPE looks through all trials for every choice. After some hundreds of quick ones choosing would take as long as trying,
and most of the time is better spent on a neighbor of one of the best.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from optuna.distributions import BaseDistribution, FloatDistribution
from optuna.samplers import RandomSampler, TPESampler
from optuna.study import Study
from optuna.trial import FrozenTrial

from glassnet.tuning.plan import SearchPlan

RANDOM_FIRST = 12
"""So many settings are drawn at random before any conclusion is drawn from them."""

PARENTS = 10
"""A neighbor is one of so many of the best trials."""

CHANGED = 0.3
"""The share of its settings that are drawn anew."""


class Neighbors(RandomSampler):
    """Chooses what one of the best trials has chosen, and a few settings at random. leaders: the best first."""

    def __init__(self, seed: int, leaders: Sequence[FrozenTrial]) -> None:
        super().__init__(seed=seed)
        self.leaders = leaders
        self.rng = np.random.default_rng(seed)
        self.parent: FrozenTrial | None = None
        self.changed: set[str] = set()

    def sample_independent(self, study: Study, trial: FrozenTrial, name: str, distribution: BaseDistribution) -> Any:
        """Return one setting of a trial."""
        if self.parent is None:
            best = self.leaders[:PARENTS]
            self.parent = best[int(self.rng.integers(len(best)))] if best else trial
            self.changed = self._some(self.parent)
        if self.parent.distributions.get(name) == distribution and name not in self.changed:
            return self.parent.params[name]
        return super().sample_independent(study, trial, name, distribution)

    def _some(self, parent: FrozenTrial) -> set[str]:
        """Return which settings are drawn anew: a number among them, so that no try is quite what its parent was."""
        names = [name for name, of in parent.distributions.items() if not of.single()]
        numbers = [name for name in names if isinstance(parent.distributions[name], FloatDistribution)]
        some = {name for name in names if self.rng.random() < CHANGED}
        return some | {str(self.rng.choice(numbers or names))} if names else some


def sampler_for(plan: SearchPlan, number: int, leaders: Sequence[FrozenTrial] | None = None) -> TPESampler | Neighbors:
    """Return who chooses the settings of a trial of this number: TPE, or a neighbor of one of the leaders, if given.

    What it draws depends on the number, so that no two workers draw the same, wherever they are. Source of TPE:
    Bergstra, Bardenet, Bengio & Kégl, "Algorithms for hyper-parameter optimization", NIPS 2011.
    """
    seed = int(np.random.SeedSequence([plan.recipe.seed, number]).generate_state(1)[0])
    if leaders is not None:
        return Neighbors(seed, leaders)
    return TPESampler(multivariate=True, group=True, constant_liar=True, n_startup_trials=RANDOM_FIRST, seed=seed)
