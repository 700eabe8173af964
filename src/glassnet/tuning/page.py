"""tuning.html: the report of a search as one self-contained file."""

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
    final_model_result,
    measured_text,
    result_text,
    seconds_of,
    settings_text,
)
from glassnet.tuning.space import Choice, Range
from glassnet.tuning.storage import quiet_optuna
from glassnet.tuning.study import RESULT, counts, finished, ranked, settings_of

if TYPE_CHECKING:
    from optuna.study import Study

MOST_ROWS = 10


def tuning_page(study: Study, plan: SearchPlan, run: Run | None = None) -> str:
    """Return the report of a search as HTML; run: of the final model, None if it has not been trained yet."""
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
            summary=(
                f"{now.finished:,} trials on {plan.rows:,} rows of {plan.recipe.source}, {now.pruned:,} of them "
                f"pruned, in {_time(spent)} of processor time. The test set was not used."
            ),
            best=result_text(plan, best[0].user_attrs[RESULT]),
            measured=measured_text(plan),
            test=_test(plan, run),
            winner=settings_text(settings_of(best[0], plan)),
            charts=[chart for chart in drawn if chart is not None],
            parallel=charts.parallel(study, plan),
            top={
                "caption": f"The {len(rows)} best of {now.complete:,} complete trials",
                "head": ("trial", plan.measured, "seconds", "settings"),
                "rows": rows,
            },
            ranges={
                "caption": "Search space",
                "head": ("setting", "range or choices"),
                "rows": [(name.replace("_", " "), _range_text(of)) for name, of in plan.space.items()],
            },
            recipe=best_recipe(study, plan, plan.recipe.name).toml(),
        )


def _time(seconds: float) -> str:
    return f"{seconds:.0f} seconds" if seconds < 100 else f"{seconds / 60:.1f} minutes"


def _test(plan: SearchPlan, run: Run | None) -> str:
    """Return the test result of the final model in a sentence or two."""
    if run is None:
        return "The final model has not been trained and evaluated on the test set: the search was interrupted."
    if run.metrics.get("test_rows", 0) == 0:
        return "There is no test set to evaluate the final model on."
    value = run.metrics["test_accuracy" if plan.classes else "test_rmse"]
    rows = run.metrics["test_rows"]
    return (
        f"{final_model_result(plan, run)} Test {plan.measured}: {result_text(plan, value)} on {rows:,} rows. "
        "Report the test result: the best validation result of many trials is optimistic."
    )


def _range_text(of: Range | Choice) -> str:
    if isinstance(of, Choice):
        return format_spec(list(of.options))
    return f"{of.low:g} to {of.high:g}{', log scale' if of.log else ''}"
