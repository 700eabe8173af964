"""The sampler of settings: Optuna's TPE, or, if that takes too long, a mutation of one of the best trials.

TPE reads all trials for every sample. After some hundreds of quick trials, sampling would take as long as training;
most of the time is then better spent on neighbors of the best trials.
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
"""Number of random trials before TPE begins."""

PARENTS = 10
"""Number of best trials to choose a parent from."""

CHANGED = 0.3
"""Share of the settings that are mutated."""


class NeighborSampler(RandomSampler):
    """Copies the settings of one of the best trials and redraws a few at random. leaders: best first."""

    def __init__(self, seed: int, leaders: Sequence[FrozenTrial]) -> None:
        super().__init__(seed=seed)
        self.leaders = leaders
        self.rng = np.random.default_rng(seed)
        self.parent: FrozenTrial | None = None
        self.changed: set[str] = set()

    def sample_independent(self, study: Study, trial: FrozenTrial, name: str, distribution: BaseDistribution) -> Any:
        """Sample one setting of a trial."""
        if self.parent is None:
            best = self.leaders[:PARENTS]
            self.parent = best[int(self.rng.integers(len(best)))] if best else trial
            self.changed = self._some(self.parent)
        if self.parent.distributions.get(name) == distribution and name not in self.changed:
            return self.parent.params[name]
        return super().sample_independent(study, trial, name, distribution)

    def _some(self, parent: FrozenTrial) -> set[str]:
        """Return the settings to redraw; at least one number, so that no trial repeats its parent."""
        names = [name for name, of in parent.distributions.items() if not of.single()]
        numbers = [name for name in names if isinstance(parent.distributions[name], FloatDistribution)]
        some = {name for name in names if self.rng.random() < CHANGED}
        return some | {str(self.rng.choice(numbers or names))} if names else some


def sampler_for(
    plan: SearchPlan, number: int, leaders: Sequence[FrozenTrial] | None = None
) -> TPESampler | NeighborSampler:
    """Return the sampler for the trial of this number: TPE, or neighbors of the leaders, if given.

    It is seeded by the number, so that no two workers on any machine draw the same. Source of TPE:
    Bergstra, Bardenet, Bengio & Kégl, "Algorithms for hyper-parameter optimization", NIPS 2011.
    """
    seed = int(np.random.SeedSequence([plan.recipe.seed, number]).generate_state(1)[0])
    if leaders is not None:
        return NeighborSampler(seed, leaders)
    return TPESampler(multivariate=True, group=True, constant_liar=True, n_startup_trials=RANDOM_FIRST, seed=seed)
