"""Searches that tests share: a recipe that is quick to try, and the proof that no trial was lost or doubled."""

import dataclasses
from collections import Counter
from typing import Any

import optuna
from optuna.trial import TrialState

from glassnet.recipes.recipe import Recipe, load_recipe
from glassnet.tuning.study import SURPLUS, finished

SMALL = {"hidden_layers": 1, "units": [8, 16], "epochs": 10, "normalization": "none", "activation": ["relu", "tanh"]}


def small(source: str = "iris", **changes: Any) -> Recipe:
    """A recipe whose settings can be tried in a tenth of a second each."""
    return dataclasses.replace(load_recipe(source), **{"search": SMALL, **changes})


def check_nothing_lost_or_doubled(study: optuna.Study, results: dict[int, float | None], trials: int) -> None:
    """Every result that was ever seen is still there; all failed trials were run again; none was counted twice."""
    ended = {trial.number: trial for trial in finished(study)}
    assert {number: ended[number].value for number in results} == results
    assert len(ended) == trials
    every = study.get_trials()
    failed = [trial for trial in every if trial.state == TrialState.FAIL and SURPLUS not in trial.user_attrs]
    history = [trial.system_attrs["retry_history"] for trial in every if "retry_history" in trial.system_attrs]
    assert Counter(numbers[-1] for numbers in history) == Counter(trial.number for trial in failed)
    first = [trial.system_attrs.get("retry_history", [number])[0] for number, trial in ended.items()]
    assert len(set(first)) == len(first)
