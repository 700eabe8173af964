"""`glassnet tune`: search for the best hyperparameters, then train with them and evaluate once on the test set."""

from __future__ import annotations

import dataclasses
import json
import re
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from glassnet.cli.messages import print_message
from glassnet.cli.options import (
    DATA,
    OUTPUT,
    RUN,
    Source,
    changed,
    format_option,
    named_folder,
    on_other_data,
    read_options,
    silence,
    takes,
)
from glassnet.cli.saving import save_report, save_run
from glassnet.common import interrupts

if TYPE_CHECKING:
    from optuna.study import Study

    from glassnet.recipes.recipe import Recipe
    from glassnet.runs.run import Run
    from glassnet.tuning.search import Search


@takes(DATA, ..., RUN, OUTPUT)
def tune(
    source: Source,
    trials: Annotated[
        int | None, typer.Option(help="Total number of trials, including earlier calls and other machines.")
    ] = None,
    time_limit: Annotated[
        float | None,
        typer.Option(
            help="Seconds to search in this call, final training not included (default: 300, unless --trials is given)."
        ),
    ] = None,
    jobs: Annotated[
        int | None, typer.Option(help="Number of parallel workers, one thread each (default: one per processor).")
    ] = None,
    ensemble_size: Annotated[
        int | None,
        typer.Option(help="Number of networks to train with the best settings and average (default: 5 for few rows)."),
    ] = None,
    augment: Annotated[
        bool, typer.Option(help="Also search the augmentation of images; otherwise keep the recipe's.")
    ] = True,
    storage: Annotated[
        str | None,
        typer.Option(
            help="Database shared by several machines, postgresql://USER@HOST/NAME; run the same command on each."
        ),
    ] = None,
    study: Annotated[str | None, typer.Option(help="Name of the study in the database (default: NAME-tuned).")] = None,
    out: Annotated[Path | None, typer.Option(help="Run folder (default: runs/NAME-tuned).")] = None,
    **given: Any,
) -> int:
    """Search for the best hyperparameters, then train with them. Ctrl-C keeps every trial; run it again to resume."""
    from glassnet.common import checks
    from glassnet.data.sources import resolve
    from glassnet.engines.compiled.thread_team import allowed
    from glassnet.recipes.load import load_recipe, single_network
    from glassnet.runs.save import check_folder
    from glassnet.tuning.plan import known, plan_for
    from glassnet.tuning.search import Search
    from glassnet.tuning.space import KEEP, OF_IMAGES
    from glassnet.tuning.tune import TIME_LIMIT

    quiet, as_json = given["quiet"], given["as_json"]
    if study is not None and storage is None:
        raise ValueError("--study names a study in a database, so it needs --storage")
    if trials is not None:
        checks.whole_number("--trials", trials, at_least=1)
    if time_limit is not None:
        checks.number("--time-limit", time_limit, above=0)
    elif trials is None:
        time_limit = TIME_LIMIT
    for option, value in (("--jobs", jobs), ("--ensemble-size", ensemble_size)):
        if value is not None:
            checks.whole_number(option, value, at_least=1)
    recipe = single_network(on_other_data(load_recipe(source, **format_option(given)), source, given["data"]))
    recipe = changed(recipe, read_options(given), **{name: given[name] for name in RUN})
    if not augment:
        recipe = dataclasses.replace(recipe, search={**recipe.search, **dict.fromkeys(OF_IMAGES, KEEP)})
    recipe, folder = named_folder(out, recipe, f"{recipe.name.removesuffix('-tuned')}-tuned")
    resolve(recipe.source, recipe.options).check()
    check_folder(folder, None if given["overwrite"] else recipe)
    with warnings.catch_warnings(record=True) as caught, silence(quiet):
        warnings.simplefilter("always")
        plan, parts = plan_for(recipe, ensemble_size=ensemble_size)
    can_be_read_again = resolve(recipe.source, recipe.options).unavailable_again is None
    search = Search(
        plan=plan,
        data=None if can_be_read_again else known(parts),
        where=storage or folder / "study.log",
        study=study or recipe.name,
        trials=trials,
        seconds=time_limit,
        jobs=jobs or allowed(),
    )
    with warnings.catch_warnings():
        for warning in caught:
            print_message(warning.message)
            warnings.filterwarnings("ignore", message=re.escape(str(warning.message)))  # once is enough
        found = _watched(search, quiet=quiet or as_json)
        return _finish(found, search, folder, quiet, as_json)


def _watched(search: Search, quiet: bool) -> tuple[Study, bool]:
    """Return the study after the search, and whether Ctrl-C ended it; show the progress on a terminal."""
    from contextlib import closing, suppress

    from rich.live import Live

    from glassnet.cli.terminal import Console
    from glassnet.tuning.progress import progress
    from glassnet.tuning.study import counts, in_memory

    console = Console(stderr=True, quiet=quiet)
    tried, is_interrupted = None, False
    with Live(console=console, auto_refresh=False, transient=True) as live:
        try:
            with interrupts.announced("stopping; keeping every complete trial"), closing(search.run()) as states:
                for tried in states:
                    if counts(tried).complete:
                        interrupts.now_saved("every complete trial was kept; run the same command to resume")
                    if console.is_terminal:
                        live.update(progress(tried, search), refresh=True)
        except KeyboardInterrupt:
            if tried is None:
                raise
            is_interrupted = True
            with suppress(ConnectionError):  # workers have reported more since
                tried = search.current()
    assert tried is not None  # a search gives it once at least, or raises
    return in_memory(tried), is_interrupted


def _finish(found: tuple[Study, bool], search: Search, folder: Path, quiet: bool, as_json: bool) -> int:
    """Save the study, train with the best settings unless the search was interrupted, and print the results."""
    from rich.text import Text

    from glassnet.cli.terminal import Console
    from glassnet.cli.train import show
    from glassnet.common.files import write_text
    from glassnet.tuning.page import tuning_page
    from glassnet.tuning.progress import best, status
    from glassnet.tuning.results import best_recipe, chance_findings, final_model_text, recipe_text, trials_csv
    from glassnet.tuning.study import RESULT, counts, ranked

    study, is_interrupted = found
    plan, now = search.plan, counts(study)
    console = Console(quiet=quiet or as_json)
    console.print(Text(status(study, search)))
    if not now.complete:
        print_message("no trial was completed; run the same command with more time to resume")
        return interrupts.status() if is_interrupted else 1
    recipe, run, saved, is_in_place, has_report = best_recipe(study, plan, plan.recipe.name), None, folder, False, False
    console.print(best(study, plan))
    try:
        if not is_interrupted:
            console.print(Text(f"Training with the best settings: {final_model_text(plan)}", style="dim"))
            with interrupts.until_saved():
                trained = _trained(recipe, quiet, trials=now.finished, trials_complete=now.complete)
                chance = chance_findings(study, plan, trained.metrics["valid_rows"])
                trained.metrics["findings"] += [one.to_spec() for one in chance]
                saved, is_in_place = save_run(trained, folder)
                run = trained
    except KeyboardInterrupt:
        is_interrupted = True
    try:
        write_text(saved / "trials.csv", trials_csv(study, plan))
        write_text(saved / "best.toml", recipe_text(study, plan, plan.recipe.name, run))
        has_report = run is not None and not is_interrupted and save_report(run, saved)
        write_text(saved / "tuning.html", tuning_page(study, plan, run))
    except KeyboardInterrupt:
        is_interrupted = True
    if run is None:
        console.print(
            Text.assemble("Interrupted. Saved to ", (str(folder), "bold"), "; run the same command to resume")
        )
        return interrupts.status()
    if is_interrupted:
        print_message(f"interrupted; {interrupts.saved()}")
        return interrupts.status()
    if as_json:
        value = ranked(study)[0].user_attrs[RESULT]
        print(json.dumps(run.metrics | {"best": value, "recipe": recipe.to_spec(), "folder": str(saved)}, indent=2))
    elif not quiet:
        show(run, saved)
        console.print(Text("Files of the search: best.toml, trials.csv, tuning.html", style="dim"))
    if run.is_interrupted:
        return interrupts.status()
    return 0 if is_in_place and has_report else 1


def _trained(recipe: Recipe, quiet: bool, **counts: int) -> Run:
    """Train with a recipe; the counts of trials become metrics. Raises KeyboardInterrupt if no epoch was finished."""
    from glassnet.runs.run import run_recipe

    run = run_recipe(recipe, progress=False if quiet else None)
    if run.is_interrupted and not len(run.history):
        raise KeyboardInterrupt
    run.metrics.update(counts)
    return run
