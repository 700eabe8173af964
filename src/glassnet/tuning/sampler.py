"""Who chooses the settings of a try: Optuna's TPE, with a memory that does not grow for ever.

TPE looks through all trials for every choice, so that after some hundreds of quick ones choosing would take longer than
trying. The best and the latest say as much.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import optuna
from optuna.samplers import TPESampler
from optuna.study import Study
from optuna.trial import FrozenTrial, TrialState

from glassnet.tuning.plan import Plan

RANDOM_FIRST = 12
"""So many settings are drawn at random before any conclusion is drawn from them."""

OPTIONS: dict[str, Any] = {"multivariate": True, "group": True, "n_startup_trials": RANDOM_FIRST}

MOST_REMEMBERED = 160
"""So many trials are looked at: half of them the best, half the latest."""


class Sampler(TPESampler):
    """TPE by the trials that tell most.

    Source: Bergstra, Bardenet, Bengio & Kégl, "Algorithms for hyper-parameter optimization", NIPS 2011.
    """

    def __init__(self, seed: int) -> None:
        super().__init__(constant_liar=True, seed=seed, **OPTIONS)
        self.by_few = TPESampler(constant_liar=False, seed=seed, **OPTIONS)

    def sample_relative(self, study: Study, trial: FrozenTrial, search_space: dict[str, Any]) -> dict[str, Any]:
        """Return the settings of a trial, all drawn at once."""
        ended = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE, TrialState.PRUNED))
        if len(ended) <= MOST_REMEMBERED:
            return super().sample_relative(study, trial, search_space)
        complete = [one for one in ended if one.state == TrialState.COMPLETE]
        best = sorted(complete, key=lambda one: (one.value, one.number))[: MOST_REMEMBERED // 2]
        known = {one.number for one in best}
        latest = [one for one in ended if one.number not in known][-(MOST_REMEMBERED - len(best)) :]
        few = optuna.create_study(direction="minimize")
        few.add_trials([*best, *latest])
        self.by_few.infer_relative_search_space(few, trial)
        return self.by_few.sample_relative(few, trial, search_space)


def sampler_for(plan: Plan, number: int) -> Sampler:
    """Return who chooses the settings of a trial of this number.

    What it draws depends on the number, so that no two workers draw the same, wherever they are, and one alone always
    does.
    """
    return Sampler(int(np.random.SeedSequence([plan.recipe.seed, number]).generate_state(1)[0]))
