"""`glassnet train`: train a network by a recipe, print the results, and save them to a run folder."""

from __future__ import annotations

import json
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from glassnet.cli.messages import print_message
from glassnet.cli.options import (
    DATA,
    NETWORK,
    OUTPUT,
    PORTFOLIO,
    RUN,
    TRAINING,
    Source,
    format_option,
    named_folder,
    on_other_data,
    override,
    read_options,
    silence,
    takes,
    training_options,
)
from glassnet.cli.saving import save_report, save_run
from glassnet.common import interrupts

if TYPE_CHECKING:
    from glassnet.cli.terminal import Console
    from glassnet.data.tables.decisions import Decision
    from glassnet.recipes.recipe import Recipe
    from glassnet.runs.run import Run


@takes(DATA, NETWORK, ..., PORTFOLIO, TRAINING, RUN, OUTPUT)
def train(
    source: Source,
    folds: Annotated[
        int | None,
        typer.Option(
            help="Number of cross-validation folds. A single network is cross-validated before the training; this "
            "requires a train/test split such as --split 80/20."
        ),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Run folder (default: runs/NAME).")] = None,
    report: Annotated[bool, typer.Option(help="Write report.html.")] = True,
    **given: Any,
) -> int:
    """Train a network, or several on a table, evaluate and save the result. Options override the recipe."""
    from glassnet.cli.terminal import Console
    from glassnet.data.sources import resolve
    from glassnet.recipes.load import load_recipe, single_network
    from glassnet.recipes.recipe import WITH_QUALITY
    from glassnet.runs.run import run_recipe
    from glassnet.runs.save import check_folder

    quiet = given["quiet"]
    recipe = on_other_data(load_recipe(source, **format_option(given)), source, given["data"])
    network = {**{name: given[name] for name in NETWORK}, **training_options(given)}
    of_network = [name for name, value in network.items() if value is not None and name not in WITH_QUALITY]
    _check_portfolio(source, recipe, given, of_network)
    if of_network:
        recipe = single_network(recipe)
    recipe = override(
        recipe,
        options=read_options(given),
        folds=folds,
        **network,
        **{name: given[name] for name in (*PORTFOLIO, *RUN)},
    )
    recipe, folder = named_folder(out, recipe, recipe.name)
    resolve(recipe.source, recipe.options).check()
    check_folder(folder, None if given["overwrite"] else recipe)
    with interrupts.until_saved(), warnings.catch_warnings(record=True) as caught, silence(quiet):
        warnings.simplefilter("always")
        run = run_recipe(recipe, progress=False if quiet else None)
        if run.is_interrupted and not len(run.history):
            raise KeyboardInterrupt
        saved, is_in_place = save_run(run, folder, report)
    for warning in caught:
        print_message(warning.message)
    if given["as_json"]:
        print_decisions(run.decisions, Console(stderr=True))
        print(json.dumps(run.metrics | {"folder": str(saved)}, indent=2), flush=True)
    elif not quiet:
        show_results(run)
    # The report comes last: its plots take longer than everything else of a small run.
    is_complete = not report or save_report(run, saved)
    if not (quiet or given["as_json"]):
        show_saved(saved, report=report and is_complete)
    if run.is_interrupted:
        return interrupts.status()
    return 0 if is_in_place and is_complete else 1


def _check_portfolio(source: str, recipe: Recipe, given: Mapping[str, Any], of_network: Sequence[str]) -> None:
    """Raise ValueError for options of a portfolio and of a single network together, or for a recipe without quality.

    of_network: the options of a single network that were given.
    """
    of_portfolio = [name for name in PORTFOLIO if given[name] is not None]
    flags, others = ([f"--{name.replace('_', '-')}" for name in names] for names in (of_portfolio, of_network))
    if flags and others:
        raise ValueError(f"{flags[0]} is for the networks of a table, {others[0]} for a single one; remove one of them")
    if flags and recipe.quality is None:
        raise ValueError(f"{flags[0]} is for tables and arrays, but {source} has the recipe of a single network")


def show(run: Run, folder: Path, console: Console | None = None) -> None:
    """Print the results of a run and where it was saved; to stdout by default."""
    show_results(run, console)
    show_saved(folder, console)


def show_results(run: Run, console: Console | None = None) -> None:
    """Print the results as tables and, where the terminal supports it, as small images; to stdout by default."""
    import numpy as np
    from rich.text import Text

    from glassnet.cli.terminal import Console
    from glassnet.report.diagnosis import findings_of
    from glassnet.report.evaluation import Evaluation
    from glassnet.report.portfolio import terminal_table
    from glassnet.report.terminal import (
        about_split,
        about_target,
        confusion,
        findings_block,
        headline,
        mistakes,
        results,
        score_table,
    )
    from glassnet.report.unicode_plots import loss_lines, shows_blocks, shows_pictures

    console = console or Console()
    print_decisions(run.decisions, console)
    if description := about_target(run):
        console.print(Text(description))
    if split := about_split(run):
        console.print(Text(f"Split {split}"))
    console.print(results(headline(run.recipe, run.model), run.metrics))
    if (scores := score_table(run.metrics, list(run.parts)[-1], console.width)) is not None:
        console.print(scores)
    if found := findings_of(Evaluation(run)):
        console.print(findings_block(found))
    if (settings := terminal_table(run.metrics)) is not None:
        console.print(settings)
    elif shows_blocks(console) and len(run.history) > 1:
        console.print(loss_lines(run.history, console.width), soft_wrap=True)
    if run.metrics["confusion_matrix"] is not None:
        part = list(run.parts)[-1]
        counts = np.array(run.metrics["confusion_matrix"])
        console.print(confusion(counts, run.metrics["classes"], part), soft_wrap=True)
    if shows_pictures(console):
        console.print(mistakes(run, console.width), soft_wrap=True)
    if run.stopped == "time limit":
        count = run.recipe.members
        console.print(f"Stopped by the time limit after {count} network{'s' * (count != 1)}", style="dim")
    elif run.recipe.quality is None and run.history.stop_reason in ("early stopping", "converged"):
        console.print(f"Stopped after epoch {len(run.history)} ({run.history.stop_reason})", style="dim")
    console.file.flush()


def print_decisions(decisions: Sequence[Decision], console: Console) -> None:
    """Print how ambiguous contents of a table were read, in one block; nothing if there are no decisions."""
    from rich.text import Text

    from glassnet.data.tables.decisions import listed

    if decisions:
        console.print(Text("Decisions made while reading the table (option to override):"))
        for line in listed(decisions):
            console.print(Text(f"  {line}"), soft_wrap=True)


def show_saved(folder: Path, console: Console | None = None, report: bool = True) -> None:
    """Print what was saved in which folder; to stdout by default."""
    from rich.text import Text

    from glassnet.cli.terminal import Console

    (console or Console()).print(
        Text.assemble(
            "Saved to ", (str(folder), "bold"), ": model, recipe, history, metrics" + ", report.html" * report
        )
    )
