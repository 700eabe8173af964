"""The run folder: all files of a run, each written atomically."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from glassnet.common.files import write_text
from glassnet.recipes.recipe import Recipe, read_recipe
from glassnet.runs.run import Run
from glassnet.training.history import csv_of

ACTIVATIONS = "activations.safetensors"
ACTIVATIONS_BEFORE = "glimpses.safetensors"
"""The file of activation statistics, and its name in run folders written before glassnet had a release."""


def check_folder(folder: str | Path, recipe: Recipe | None = None) -> None:
    """Raise an error before training if the run folder cannot be written.

    recipe: also raise for a folder with a run on other data, or with another target.
    """
    folder = Path(folder)
    there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    if not there.is_dir():
        raise ValueError(f"{folder} cannot be a run folder: {there} is a file")
    if not os.access(there, os.W_OK | os.X_OK):
        raise PermissionError(f"{folder} cannot be a run folder: no permission to write to {there}")
    other = None if recipe is None else _recipe_in(folder)
    if recipe is not None and other is not None and _about(other) != _about(recipe):
        what = f" that predicts {other.options['target']}" if other.source == recipe.source else f" on {other.source}"
        raise ValueError(f"{folder} contains a run{what}, which would be overwritten; choose another folder with --out")


def _recipe_in(folder: Path) -> Recipe | None:
    """Return the recipe of the run in a folder, or None."""
    try:
        return read_recipe(folder / "recipe.toml")
    except (OSError, ValueError):
        return None


def _about(recipe: Recipe) -> tuple[str, Any]:
    return recipe.source, recipe.options.get("target")


def write_run(run: Run, folder: str | Path) -> Path:
    """Write model, recipe, history, metrics, and activation statistics; return the folder.

    Files of an earlier run in the folder, including its report.html, are removed, so that all files belong to one run.
    """
    folder = Path(folder)
    run.model.save(folder / "model.safetensors")
    write_text(folder / "recipe.toml", run.recipe.toml())
    write_text(folder / "history.csv", csv_of(run.histories))
    write_text(folder / "metrics.json", json.dumps(run.metrics, indent=2) + "\n")
    statistics, page = folder / ACTIVATIONS, folder / "report.html"
    (folder / ACTIVATIONS_BEFORE).unlink(missing_ok=True)
    if run.activation_history is not None:
        run.activation_history.save(statistics)
    else:
        statistics.unlink(missing_ok=True)
    page.unlink(missing_ok=True)
    return folder
