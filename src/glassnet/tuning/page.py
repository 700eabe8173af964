"""tuning.html: a search in one file that opens anywhere: what was found, how it went, and which settings matter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glassnet.common.specs import format_spec
from glassnet.report.page import render
from glassnet.report.svg import plot_style
from glassnet.runs.run import Run
from glassnet.tuning import charts
from glassnet.tuning.plan import SearchPlan
from glassnet.tuning.results import (
    best_recipe,
    measured_text,
    result_text,
    seconds_of,
    settings_text,
    winner_result,
)
from glassnet.tuning.space import Choice, Range
from glassnet.tuning.storage import quiet_optuna
from glassnet.tuning.study import RESULT, counts, finished, ranked, settings_of

if TYPE_CHECKING:
    from optuna.study import Study

MOST_ROWS = 10


def tuning_page(study: Study, plan: SearchPlan, run: Run | None = None) -> str:
    """Return the page about a search as HTML; run: the winner's, None if it has not been trained yet."""
    best, now = ranked(study), counts(study)
    rows = [
        (
            str(trial.number),
            result_text(plan, trial.user_attrs[RESULT]),
            f"{seconds_of(trial):.1f}",
            settings_text(settings_of(trial, plan)),
        )
        for trial in best[:MOST_ROWS]
    ]
    spent = sum(map(seconds_of, finished(study)))
    with plot_style(), quiet_optuna():
        drawn = [charts.history(study, plan), charts.importance(study, plan)]
        return render(
            "tuning.html",
            title=plan.recipe.name,
            lead=(
                f"{now.tried:,} settings were tried on {plan.rows:,} rows of {plan.recipe.source}, and "
                f"{now.given_up:,} of them given up early, in {_time(spent)} of one processor. The test part took no "
                "part in it."
            ),
            best=result_text(plan, best[0].user_attrs[RESULT]),
            measured=measured_text(plan),
            test=_test(plan, run),
            winner=settings_text(settings_of(best[0], plan)),
            charts=[chart for chart in drawn if chart is not None],
            parallel=charts.parallel(study, plan),
            top={
                "caption": "The best tries",
                "head": ("trial", plan.measured, "seconds", "settings"),
                "rows": rows,
            },
            ranges={
                "caption": "What was chosen from",
                "head": ("setting", "range or choices"),
                "rows": [(name.replace("_", " "), _range_text(of)) for name, of in plan.space.items()],
            },
            recipe=best_recipe(study, plan, plan.recipe.name).toml(),
        )


def _time(seconds: float) -> str:
    return f"{seconds:.0f} seconds" if seconds < 100 else f"{seconds / 60:.1f} minutes"


def _test(plan: SearchPlan, run: Run | None) -> str:
    """Return what the winner got on the test part, as a sentence."""
    if run is None:
        return "The winner has not been trained and measured on the test part yet: the search was interrupted."
    if run.metrics.get("test_rows", 0) == 0:
        return "There was no test part to measure the winner on."
    value = run.metrics["test_accuracy" if plan.classes else "test_rmse"]
    rows = run.metrics["test_rows"]
    return (
        f"{winner_result(plan, run)} Measured once on the {rows:,} rows of the test part: {plan.measured} "
        f"{result_text(plan, value)}. That is the honest number; the best of many tries is also the luckiest."
    )


def _range_text(of: Range | Choice) -> str:
    if isinstance(of, Choice):
        return format_spec(list(of.options))
    return f"{of.low:g} to {of.high:g}{', by factors' if of.log else ''}"
