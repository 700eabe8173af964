"""What comes of a search: the best recipe, all tries as a table, and settings in words."""

from __future__ import annotations

import csv
import dataclasses
import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from glassnet.common.specs import format_spec
from glassnet.recipes.recipe import Recipe
from glassnet.runs.run import Run
from glassnet.tuning.plan import SearchPlan
from glassnet.tuning.settings import units_name
from glassnet.tuning.study import AS_IT_IS, RESULT, SECONDS, counts, finished, ranked, settings_of

if TYPE_CHECKING:
    from optuna.study import Study
    from optuna.trial import FrozenTrial

SHORT = {
    "learning_rate": "rate",
    "batch_size": "batch",
    "weight_decay": "decay",
    "label_smoothing": "smoothing",
}
"""What settings are called where there is little room."""

PLAIN = ("activation", "normalization", "optimizer", "schedule")
"""Settings that say by themselves what they are."""


def best_recipe(study: Study, plan: SearchPlan, name: str) -> Recipe:
    """Return the recipe with the best settings so far; ValueError where none have been tried to the end."""
    best = ranked(study)
    if not best:
        raise ValueError("nothing has been tried to the end yet; give the search more time")
    settings = settings_of(best[0], plan)
    return dataclasses.replace(plan.with_settings(settings), name=name, ensemble_size=plan.ensemble_size)


def result_text(plan: SearchPlan, result: float) -> str:
    """Return an accuracy or RMSE as people read it."""
    return f"{100 * result:.2f} %" if plan.classes else f"{result:.4g}"


def measured_text(plan: SearchPlan) -> str:
    """Return how settings are measured: "accuracy by 5 folds"."""
    recipe = plan.recipe
    where = f"by {recipe.folds} folds" if recipe.folds else "on the validation part"
    where += f", {recipe.repeats} times" if recipe.repeats > 1 else ""
    return f"{plan.measured} {where}"


def recipe_text(study: Study, plan: SearchPlan, name: str, run: Run | None = None) -> str:
    """Return best.toml: the best recipe, and above it what was measured; run: the winner's, if it was trained."""
    lines = [f"# Found by glassnet tune among {counts(study).tried} settings.", f"# {search_result(study, plan)}"]
    if run is not None:
        lines.append(f"# {winner_result(plan, run)}")
    return "\n".join([*lines, best_recipe(study, plan, name).toml()])


def winner_told(plan: SearchPlan) -> str:
    """Return what the winner is made of and how it is measured: "5 networks, by 5 folds"."""
    several = f"{plan.ensemble_size} networks" if plan.ensemble_size > 1 else "one network"
    return f"{several}, {measured_text(plan)}"


def search_result(study: Study, plan: SearchPlan) -> str:
    """Return the best result of the search in a line."""
    return (
        f"In the search, one network: {measured_text(plan)} {result_text(plan, ranked(study)[0].user_attrs[RESULT])}."
    )


def winner_result(plan: SearchPlan, run: Run) -> str:
    """Return in a line what training by best.toml gives, now and again."""
    several = f"{plan.ensemble_size} networks averaged" if plan.ensemble_size > 1 else "one network"
    value = run.metrics["valid_accuracy" if plan.classes else "valid_rmse"]
    return f"Trained by this recipe, {several}: {measured_text(plan)} {result_text(plan, value)}."


def settings_text(settings: Mapping[str, Any]) -> str:
    """Return settings in a line.

    >>> settings_text({"hidden_layers": 2, "units1": 64, "units2": 32, "activation": "relu", "learning_rate": 0.003})
    '64-32 units, relu, rate 0.003'
    """
    if not settings:
        return "the recipe as it is"
    units = [str(settings[name]) for i in range(1, len(settings)) if (name := units_name(i)) in settings]
    words = [f"{'-'.join(units)} units"] if units else []
    for name, value in settings.items():
        if name.startswith("units") or (name == "hidden_layers" and units) or value == "none":
            continue
        if name == "hidden_layers":
            words.append("no hidden layer")
        elif name in PLAIN:
            words.append(value["name"] if isinstance(value, Mapping) else format_spec(value))
        elif name == "epochs":
            words.append(f"{value} epochs")
        else:
            words.append(f"{SHORT.get(name, name)} {value:.3g}")
    return ", ".join(words)


def trials_csv(study: Study, plan: SearchPlan) -> str:
    """Return all finished trials as CSV: number, what became of it, result, value, seconds and every setting."""
    trials = sorted(finished(study), key=lambda trial: trial.number)
    settings = [_flat(trial, plan) for trial in trials]
    columns = dict.fromkeys(name for one in settings for name in one)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["trial", "state", plan.measured, "value", "seconds", *columns])
    for trial, one in zip(trials, settings, strict=True):
        is_complete = RESULT in trial.user_attrs
        row: Sequence[Any] = [
            trial.number,
            "complete" if is_complete else "given up",
            trial.user_attrs.get(RESULT, ""),
            trial.value if is_complete else "",
            round(seconds_of(trial), 3),
        ]
        writer.writerow([*row, *(one.get(name, "") for name in columns)])
    return out.getvalue()


def _flat(trial: FrozenTrial, plan: SearchPlan) -> dict[str, Any]:
    settings = settings_of(trial, plan)
    return {name: format_spec(value) if isinstance(value, Mapping) else value for name, value in settings.items()}


def seconds_of(trial: FrozenTrial) -> float:
    """Return how long a trial has trained and measured."""
    return float(trial.user_attrs.get(SECONDS, 0.0))


def is_as_it_is(trial: FrozenTrial) -> bool:
    """Return whether a trial was the recipe itself."""
    return bool(trial.user_attrs.get(AS_IT_IS))
