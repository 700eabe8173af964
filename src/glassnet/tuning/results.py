"""Results of a search: the best recipe, all trials as CSV, and settings as text."""

from __future__ import annotations

import csv
import dataclasses
import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from glassnet.common.specs import format_spec
from glassnet.diagnostics import Finding
from glassnet.diagnostics.result_rules import improvement_within_chance
from glassnet.recipes.recipe import Recipe
from glassnet.runs.run import Run
from glassnet.tuning.plan import SearchPlan
from glassnet.tuning.settings import units_name
from glassnet.tuning.study import BASELINE, RESULT, SECONDS, counts, finished, ranked, settings_of

if TYPE_CHECKING:
    from optuna.study import Study
    from optuna.trial import FrozenTrial

SHORT = {
    "learning_rate": "rate",
    "batch_size": "batch",
    "weight_decay": "decay",
    "label_smoothing": "smoothing",
}
"""Short names of settings for tables."""

PLAIN = ("activation", "normalization", "optimizer", "schedule")
"""Settings whose value needs no name next to it."""


def best_recipe(study: Study, plan: SearchPlan, name: str) -> Recipe:
    """Return the recipe with the best settings so far; raises ValueError if no trial is complete."""
    best = ranked(study)
    if not best:
        raise ValueError("no trial is complete yet; increase the time limit")
    settings = settings_of(best[0], plan)
    return dataclasses.replace(plan.with_settings(settings), name=name, ensemble_size=plan.ensemble_size)


def result_text(plan: SearchPlan, result: float) -> str:
    """Format an accuracy or RMSE."""
    return f"{100 * result:.2f}%" if plan.classes else f"{result:.4g}"


def measured_text(plan: SearchPlan) -> str:
    """Return the metric of the trials: "5-fold CV accuracy"."""
    recipe = plan.recipe
    repeats = f"{recipe.repeats} × " if recipe.repeats > 1 else ""
    return f"{repeats}{recipe.folds}-fold CV {plan.measured}" if recipe.folds else f"validation {plan.measured}"


def recipe_text(study: Study, plan: SearchPlan, name: str, run: Run | None = None) -> str:
    """Return best.toml: the best recipe below comments with its results; run: of the final model, if it was trained."""
    lines = [f"# Best of {counts(study).finished} trials of glassnet tune.", f"# {search_result(study, plan)}"]
    if run is not None:
        lines.append(f"# {final_model_result(plan, run)}")
    return "\n".join([*lines, best_recipe(study, plan, name).toml()])


def final_model_text(plan: SearchPlan) -> str:
    """Return the size of the final model and its metric: "ensemble of 5 networks, 5-fold CV accuracy"."""
    return f"{_model_text(plan)}, {measured_text(plan)}"


def _model_text(plan: SearchPlan) -> str:
    return f"ensemble of {plan.ensemble_size} networks" if plan.ensemble_size > 1 else "single network"


def search_result(study: Study, plan: SearchPlan) -> str:
    """Return the best result of the search in one line."""
    best = result_text(plan, ranked(study)[0].user_attrs[RESULT])
    return f"Best trial (single network): {measured_text(plan)} {best}."


def final_model_result(plan: SearchPlan, run: Run) -> str:
    """Return the validation result of the final model, which best.toml reproduces, in one line."""
    value = run.metrics["valid_accuracy" if plan.classes else "valid_rmse"]
    return f"Final model ({_model_text(plan)}): {measured_text(plan)} {result_text(plan, value)}."


def chance_findings(study: Study, plan: SearchPlan, rows: int) -> list[Finding]:
    """Return a finding if the best trial beats the unchanged recipe by less than a standard error of `rows` rows."""
    best, unchanged = ranked(study)[0], next((one for one in ranked(study) if is_baseline(one)), None)
    if unchanged is None or best is unchanged:
        return []
    results = unchanged.user_attrs[RESULT], best.user_attrs[RESULT]
    trials = counts(study).complete
    return list(improvement_within_chance(measured_text(plan), plan.classes, rows, trials, *results))


def settings_text(settings: Mapping[str, Any]) -> str:
    """Return settings in one line.

    >>> settings_text({"hidden_layers": 2, "units1": 64, "units2": 32, "activation": "relu", "learning_rate": 0.003})
    '64-32 units, relu, rate 0.003'
    """
    if not settings:
        return "unchanged recipe"
    units = [str(settings[name]) for i in range(1, len(settings)) if (name := units_name(i)) in settings]
    entries = [f"{'-'.join(units)} units"] if units else []
    for name, value in settings.items():
        if name.startswith("units") or (name == "hidden_layers" and units) or value == "none":
            continue
        if name == "hidden_layers":
            entries.append("no hidden layer")
        elif name in PLAIN:
            entries.append(value["name"] if isinstance(value, Mapping) else format_spec(value))
        elif name == "epochs":
            entries.append(f"{value} epochs")
        else:
            entries.append(f"{SHORT.get(name, name)} {value:.3g}")
    return ", ".join(entries)


def trials_csv(study: Study, plan: SearchPlan) -> str:
    """Return all finished trials as CSV: number, state, result, value, seconds, and every setting."""
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
            "complete" if is_complete else "pruned",
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
    """Return the seconds that a trial took for training and evaluation."""
    return float(trial.user_attrs.get(SECONDS, 0.0))


def is_baseline(trial: FrozenTrial) -> bool:
    """Return whether a trial is the unchanged recipe."""
    return bool(trial.user_attrs.get(BASELINE))
