"""Searches that tests share: a recipe with quick trials, and the check that no trial is lost or duplicated."""

import dataclasses
from collections import Counter
from typing import Any

import optuna
from optuna.trial import TrialState

from glassnet.recipes.load import load_recipe, single_network
from glassnet.recipes.recipe import Recipe
from glassnet.tuning.study import SURPLUS, finished

SMALL = {"hidden_layers": 1, "units": [8, 16], "epochs": 10, "normalization": "none", "activation": ["relu", "tanh"]}


def small(source: str = "iris", **changes: Any) -> Recipe:
    """A recipe whose trials take a tenth of a second each."""
    return dataclasses.replace(single_network(load_recipe(source)), **{"search": SMALL, **changes})


def check_nothing_lost_or_doubled(study: optuna.Study, results: dict[int, float | None], trials: int) -> None:
    """Check that every result seen remains, failed trials ran again, and none was counted twice."""
    ended = {trial.number: trial for trial in finished(study)}
    assert {number: ended[number].value for number in results} == results
    assert len(ended) == trials
    every = study.get_trials()
    failed = [trial for trial in every if trial.state == TrialState.FAIL and SURPLUS not in trial.user_attrs]
    history = [trial.system_attrs["retry_history"] for trial in every if "retry_history" in trial.system_attrs]
    assert Counter(numbers[-1] for numbers in history) == Counter(trial.number for trial in failed)
    first = [trial.system_attrs.get("retry_history", [number])[0] for number, trial in ended.items()]
    assert len(set(first)) == len(first)
