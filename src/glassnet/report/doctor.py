"""The diagnosis of a run that is finished, and of data with a recipe, by short trial runs."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

from glassnet.data.dataset import Dataset
from glassnet.data.splits import random_rows
from glassnet.data.tables.decisions import Decision, listed
from glassnet.data.tables.unseen import silenced
from glassnet.diagnostics.causes import causes
from glassnet.diagnostics.diagnose import diagnose
from glassnet.diagnostics.diagnosis import Diagnosis
from glassnet.diagnostics.findings import Finding
from glassnet.diagnostics.run_rules import diagnose_run
from glassnet.model.input_names import input_names
from glassnet.recipes.load import single_network
from glassnet.recipes.recipe import Recipe
from glassnet.report.diagnosis import findings_of, run_record
from glassnet.report.evaluation import Evaluation
from glassnet.runs.load import FILES, read_run
from glassnet.runs.run import data_findings, read_data, run_recipe, split_data, with_inferred
from glassnet.runs.setup import set_up

RECIPE, SEARCH = "recipe.toml", "best.toml"

MOST_ROWS, MOST_EPOCHS = 3_000, 20
"""Rows and epochs of the trial run."""

FEWEST_JUDGED = 100
"""Test rows of a trial run from which on it should be better than a constant prediction."""

OF_A_TRIAL = ("rising loss", "constant prediction", "baseline", "shuffled labels", "more columns than rows", "outlier")
"""Rules that hold for a short run on some of the rows, too; the others are about its length and size."""


def diagnose_run_folder(folder: str | Path) -> tuple[Diagnosis, list[str]]:
    """Return the diagnosis of a finished run, and notes on parts that could not be loaded, such as the data."""
    run, notes = read_run(folder)
    found = findings_of(Evaluation(run))
    networks = len(run.model.networks)
    examined = [f"run {folder}: {networks} network{'s' * (networks > 1)}, {len(run.history)} epochs"]
    if run.parts:
        examined.append(", ".join(f"{len(part):,} {name}" for name, part in run.parts.items()) + " rows")
    return Diagnosis(tuple(found), tuple(examined)), notes


def diagnose_source(recipe: Recipe) -> tuple[Diagnosis, list[str]]:
    """Return the diagnosis of data with a recipe, by rules and trial runs, and how ambiguous contents were read."""
    dataset, own = read_data(recipe)
    recipe = with_inferred(recipe, dataset)
    parts = split_data(recipe, dataset, own)
    examined = [", ".join(f"{len(part):,} {name}" for name, part in parts.items()) + f" rows of {recipe.source}"]
    found = data_findings(recipe, parts)
    trial = dataclasses.replace(
        single_network(recipe),
        epochs=min(recipe.epochs, MOST_EPOCHS) if recipe.quality is None else MOST_EPOCHS,
        ensemble_size=1,
        folds=0,
        threshold=None,
    )
    few = _some(dataset, trial.seed)
    with silenced():
        found += _of_network(trial, few, examined)
        findings, decisions = _of_trial(trial, few, examined, len(parts["train"]))
        found += findings
    return Diagnosis(tuple(causes(found)), tuple(examined)), listed(decisions)


def _some(dataset: Dataset, seed: int) -> Dataset:
    """Return at most MOST_ROWS rows, at random, in their order."""
    return dataset if len(dataset) <= MOST_ROWS else dataset.take(random_rows(len(dataset), MOST_ROWS, seed))


def _of_network(trial: Recipe, few: Dataset, examined: list[str]) -> list[Finding]:
    """Return the findings about the recipe's network before training, and on its first steps."""
    setup = set_up(trial, split_data(trial, few, {}))
    train, network = setup.rows["train"], setup.networks[0]
    X = setup.prepared.scale.transform(setup.prepared.parts["train"].X)
    names = input_names(setup.prepared.columns, train.feature_names, setup.prepared.scale, network.inputs)
    named = dataclasses.replace(train, X=X, feature_names=None if names is None else tuple(names.columns))
    diagnosis = diagnose(network, named, loss=trial.loss, optimizer=trial.optimizer, seed=trial.seed)
    examined += diagnosis.examined[1:]
    # The rules about data have seen the columns themselves; here, they are encoded, and scaled unless there is no step.
    ignored = OF_ENCODED + (("scale of a column",) if trial.steps else ())
    return [one for one in diagnosis if one.rule not in ignored]


OF_ENCODED = ("leak", "computed target", "identifier", "row number", "constant column", "nearly constant column",
              "missing class", "imbalance", "code for missing values",
              "outlier in a column")  # fmt: skip


def _of_trial(trial: Recipe, few: Dataset, examined: list[str], rows: int) -> tuple[list[Finding], Sequence[Decision]]:
    """Return the findings about a run of a few epochs, and the decisions made while reading its table.

    rows: number of all training rows, of which the run has some.
    """
    try:
        run = run_recipe(trial, few)
    except FloatingPointError as error:
        message = f"The trial run failed: {error}."
        return [Finding("not finite", "error", "training", message, "Lower the learning rate (--lr).")], few.decisions
    evaluation = Evaluation(run)
    result = f"{evaluation.metric} {evaluation.value:.4g}"
    baseline = "" if evaluation.baseline is None else f", baseline {evaluation.baseline:.4g}"
    examined.append(f"a run of {len(run.history)} epochs, tested on {evaluation.rows:,} rows: {result}{baseline}")
    # A short run on few rows need not be significantly better than the baseline.
    record = dataclasses.replace(run_record(evaluation), train_rows=rows)
    is_judged = record.is_better is False or (
        record.rows >= FEWEST_JUDGED and bool(record.score or record.is_no_better)
    )
    rules = [rule for rule in OF_A_TRIAL if rule != "baseline" or is_judged]
    return [one for one in diagnose_run(record) if one.rule in rules], run.decisions


def is_run_folder(path: str | Path) -> bool:
    """Return whether a path is that of a finished run; raise ValueError for a folder with some files of a run only."""
    if (Path(path) / SEARCH).is_file() and not (Path(path) / FILES[-1]).is_file():
        raise ValueError(f"{path} is a search that was interrupted: run glassnet tune again, with the same options")
    missing = [name for name in FILES if not (Path(path) / name).is_file()]
    if 0 < len(missing) < len(FILES):
        has = ", ".join(name for name in FILES if name not in missing)
        other = f"; to examine its data with the recipe, name {Path(path, RECIPE)}" if RECIPE not in missing else ""
        raise ValueError(
            f"{path} is not a finished run: it has {has}, but no {', '.join(missing)}. Training was interrupted, or "
            f"files were removed: train it again{other}"
        )
    return not missing


def runs_in(path: str | Path) -> list[Path]:
    """Return the finished runs in a folder, by name."""
    return sorted(one.parent for one in Path(path).glob("*/metrics.json")) if Path(path).is_dir() else []
