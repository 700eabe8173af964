"""`glassnet doctor`: what is wrong with a run, or with data and a recipe."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from glassnet.cli.messages import print_message
from glassnet.cli.options import (
    DATA,
    NETWORK,
    TRAINING,
    Json,
    Source,
    format_option,
    on_other_data,
    override,
    read_options,
    takes,
    training_options,
)

FINDINGS = 1
"""Exit status of --check if there are findings."""


@takes(DATA, NETWORK, TRAINING, ...)
def doctor(
    source: Source,
    seed: Annotated[int | None, typer.Option(help="Random seed of the split and of the trial runs.")] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Exit with status 1 if there is a warning or an error.")
    ] = False,
    as_json: Json = False,
    **given: Any,
) -> int:
    """Find out what is wrong: examines a run folder, or trains briefly on data. Nothing is saved."""
    from glassnet.cli.terminal import Console
    from glassnet.data.sources import resolve
    from glassnet.recipes.load import load_recipe, single_network
    from glassnet.report.doctor import diagnose_run_folder, diagnose_source, is_run_folder, runs_in
    from glassnet.report.terminal import findings_block

    notes: list[str] = []
    if is_run_folder(source):
        if options := [name for name, value in given.items() if value not in (None, False)]:
            option = f"--{options[0].replace('_', '-')}"
            raise ValueError(
                f"{option} is for data, but {source} is a run that is finished; to try its recipe with {option}, name "
                f"{Path(source, 'recipe.toml')}"
            )
        diagnosis, notes = diagnose_run_folder(source)
    else:
        if runs := runs_in(source):
            raise ValueError(f"{source} contains runs; name one of them, such as {runs[0]}")
        recipe = on_other_data(load_recipe(source, **format_option(given)), source, given["data"])
        network = {**{name: given[name] for name in NETWORK}, **training_options(given)}
        if any(value is not None for value in network.values()):
            recipe = single_network(recipe)
        recipe = override(recipe, options=read_options(given), seed=seed, **network)
        resolve(recipe.source, recipe.options).check()
        diagnosis, notes = diagnose_source(recipe)
    for note in notes:
        print_message(note)
    if as_json:
        print(json.dumps(diagnosis.to_spec() | {"notes": notes}, indent=2))
    else:
        console = Console()
        for line in diagnosis.examined:
            console.print(line, style="dim", markup=False, highlight=False)
        if diagnosis:
            console.print(findings_block(diagnosis.findings, len(diagnosis)))
        else:
            console.print("\nNothing is wrong.", style="bold green")
    is_ill = any(one.severity != "info" for one in diagnosis)
    return FINDINGS if check and is_ill else 0
