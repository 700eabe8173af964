"""The run folder: everything that is saved of a run, each file written atomically."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from glassnet.common import interrupts
from glassnet.common.files import atomic_file
from glassnet.recipes.recipe import Recipe, read_recipe
from glassnet.runs import identity
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
    if folder.is_symlink() and not folder.exists():
        raise ValueError(f"{folder} cannot be a run folder: it is a link to {folder.readlink()}, which does not exist")
    there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    if not there.is_dir():
        raise ValueError(f"{folder} cannot be a run folder: {there} is a file")
    if not os.access(there, os.W_OK | os.X_OK):
        raise PermissionError(f"{folder} cannot be a run folder: no permission to write to {there}")
    other = None if recipe is None else _recipe_in(folder)
    if recipe is not None and other is not None and _about(other) != _about(recipe):
        target = other.options.get("target")
        what = f" that predicts {target}" if other.source == recipe.source and target else f" on {other.source}"
        raise ValueError(
            f"{folder} contains a run{what}, which would be overwritten; choose another folder with --out, or replace "
            "it with --overwrite"
        )


def _recipe_in(folder: Path) -> Recipe | None:
    """Return the recipe of the run in a folder, or None."""
    try:
        return read_recipe(folder / "recipe.toml")
    except (OSError, ValueError):
        return None


def _about(recipe: Recipe) -> tuple[str, Any]:
    return os.path.normpath(recipe.source), recipe.options.get("target")


def write_run(run: Run, folder: str | Path) -> Path:
    """Write model, recipe, history, metrics, and activation statistics; return the folder.

    All files are complete before the first one replaces that of an earlier run, and the model comes last. The other
    files of an earlier run, its report.html among them, are removed.
    """
    folder = Path(folder)
    run.metrics[identity.KEY] = identity.run_id(run.model, run.histories)
    run.model.metrics = run.metrics
    texts = {
        "recipe.toml": run.recipe.toml(),
        "history.csv": csv_of(run.histories),
        "metrics.json": json.dumps(run.metrics, indent=2) + "\n",
    }
    removed = [ACTIVATIONS_BEFORE, "report.html"]
    with interrupts.uninterrupted(), ExitStack() as files:  # which are renamed in reverse order
        run.model.save(files.enter_context(atomic_file(folder / "model.safetensors")))
        if run.activation_history is not None:
            path = files.enter_context(atomic_file(folder / ACTIVATIONS))
            run.activation_history.save(path, {identity.KEY: run.metrics[identity.KEY]})
        else:
            removed.append(ACTIVATIONS)
        for name, text in texts.items():
            files.enter_context(atomic_file(folder / name)).write_text(text, encoding="utf-8")
        for name in removed:
            (folder / name).unlink(missing_ok=True)
    return folder


def fallback_folders(name: str) -> Iterator[Path]:
    """Yield new folders to save a run in if its own cannot be written: temporary ones, then in the home folder."""
    for parent in (tempfile.gettempdir(), Path.home()):
        try:
            yield Path(tempfile.mkdtemp(prefix="glassnet-", dir=parent)) / name
        except OSError:
            continue
