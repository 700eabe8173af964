"""Load a run from its folder, for its report or a comparison."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from glassnet.common.specs import renamed
from glassnet.common.text import brief
from glassnet.data.dataset import Dataset
from glassnet.data.fingerprint import fingerprint
from glassnet.data.sources import resolve
from glassnet.diagnostics import finding_from_spec
from glassnet.model import METRICS_BEFORE, Model, load_model
from glassnet.model.load import LONGEST
from glassnet.recipes.recipe import read_recipe
from glassnet.runs.identity import is_own, is_own_history, is_own_recipe, mixed
from glassnet.runs.run import Run, load_parts
from glassnet.runs.save import ACTIVATIONS, ACTIVATIONS_BEFORE
from glassnet.training.activation_stats import load_activation_history
from glassnet.training.history import History, read_histories

FILES = ("recipe.toml", "metrics.json", "history.csv", "model.safetensors")
"""The files that every run folder has."""

OMITTED = "Sections that need the data are omitted"
"""Beginning of the note on a report without the data."""

NUMBERS = ("_loss", "_accuracy", "_rmse", "_r2", "_auc", "_f1", "_brier", "_rows", "_baseline", "threshold", "seconds",
           "parameters", "epochs", "folds", "_error")  # fmt: skip
"""Suffixes of the numeric entries of metrics.json."""


def read_run(folder: str | Path) -> tuple[Run, list[str]]:
    """Return the run of a folder, and notes on parts that could not be loaded, such as the data.

    The data are loaded again by the recipe. If that fails, or if they have changed, the run has no data. Raises
    FileNotFoundError for a folder without a run, and ValueError for a damaged file.
    """
    folder = Path(folder)
    for name in FILES:
        if not (folder / name).is_file():
            what = f"no run folder {folder}"
            if folder.exists():
                what = f"{folder} is not a run folder" + (f": it has no {name}" if folder.is_dir() else " but a file")
            raise FileNotFoundError(f"{what}; create one with glassnet train")
    model, recipe = load_model(folder), read_recipe(folder / "recipe.toml")
    metrics = _read_metrics(folder / "metrics.json", model)
    foreign = [] if is_own(metrics, model) else ["metrics.json"]
    if foreign:  # the model file contains its own
        metrics = _checked_metrics(model.metrics, model, folder / "model.safetensors")
    histories = _read_history(folder / "history.csv", metrics, model)
    if not is_own_history(histories, model):
        foreign.append("history.csv")
    if not is_own_recipe(recipe, model):
        foreign.append("recipe.toml")
    activation_history = None
    for name in (ACTIVATIONS, ACTIVATIONS_BEFORE):
        if activation_history is None and (folder / name).is_file():
            activation_history, metadata = load_activation_history(folder / name)
            if not is_own(metadata, model):
                foreign.append(name)
                activation_history = None
    notes = [mixed(folder, foreign)] if foreign else []
    parts: dict[str, Dataset] = {}
    try:
        if (reason := resolve(recipe.source, recipe.options).unavailable_again) is not None:
            raise ValueError(reason)
        parts = load_parts(recipe)
        if metrics.get("data") != fingerprint(parts):
            raise ValueError(f"{recipe.source} has changed since the run")
    except (ValueError, TypeError, OSError, MemoryError) as error:
        parts = {}
        notes.append(f"{OMITTED}: {error}.")
    return Run(recipe, model, histories, metrics, parts, activation_history), notes


def _read_history(path: Path, metrics: dict[str, Any], model: Model) -> tuple[History, ...]:
    """Return the content of history.csv; raise ValueError if it is invalid, or cannot be of the model's run."""
    try:
        text = path.read_text(encoding="utf-8")
        histories = read_histories(text, metrics["best_epoch"], metrics["stop_reason"])
    except (ValueError, csv.Error) as error:
        raise ValueError(f"{path} is damaged: {error}") from None
    if not 0 <= histories[0].best_epoch <= len(histories[0]):
        if not is_own_history(histories, model):
            raise ValueError(mixed(path.parent, [path.name]))
        raise ValueError(f"{path} is damaged: it has no epoch {histories[0].best_epoch}")
    return histories


def _read_metrics(path: Path, model: Model) -> dict[str, Any]:
    """Return the content of metrics.json, {} if it is of another run; raise ValueError if it is damaged."""
    try:
        metrics = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path} is damaged: {brief(error, LONGEST)}") from None
    is_other = isinstance(metrics, dict) and not is_own(metrics, model)
    return {} if is_other else _checked_metrics(metrics, model, path)


def _checked_metrics(metrics: Any, model: Model, path: Path) -> dict[str, Any]:
    """Return metrics with current names; raise ValueError if an entry that a report needs is invalid."""
    try:
        if not isinstance(metrics, dict):
            raise ValueError("it is not a table of numbers")
        metrics = renamed(metrics, METRICS_BEFORE)
        if not isinstance(metrics.get("best_epoch"), int) or not isinstance(metrics.get("stop_reason"), str):
            raise ValueError("best_epoch or stop_reason is missing")
        for key, value in metrics.items():
            if key.endswith(NUMBERS) and not (value is None or _is_number(value)):
                raise ValueError(f"{key} is not a number")
            if key.endswith("_by_fold") and not (isinstance(value, list) and all(map(_is_number, value))):
                raise ValueError(f"{key} is not a list of numbers")
            if key.endswith("_interval") and value is not None and not _is_pair(value):
                raise ValueError(f"{key} is not a pair of numbers")
        if not isinstance(metrics.setdefault("findings", []), list):
            raise ValueError("findings is not a list")
        for spec in metrics["findings"]:
            finding_from_spec(spec)
        if not isinstance(metrics.setdefault("versions", {}), dict):
            raise ValueError("versions is not a table")
        _check_confusion(metrics.setdefault("confusion_matrix", None), model)
        check_settings(metrics.get("settings") or [])
        if metrics.get("settings") and not metrics.get("folds"):
            raise ValueError("settings need folds")
        if metrics.get("folds") and not (metrics.get("train_rows") and metrics.get("valid_rows")):
            raise ValueError("folds need train_rows and valid_rows")
    except (ValueError, TypeError) as error:
        raise ValueError(f"{path} is damaged: {brief(error, LONGEST)}") from None
    return metrics


def _is_number(value: object) -> bool:
    try:
        return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
    except OverflowError:  # a whole number that no float can hold
        return False


def _is_pair(value: object) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(map(_is_number, value))


def _check_confusion(counts: object, model: Model) -> None:
    classes = len(model.class_names or ())
    if counts is None and not classes:
        return
    rows = counts if isinstance(counts, list) else []
    cells = [cell for row in rows for cell in (row if isinstance(row, list) else [])]
    is_square = len(rows) == classes and all(isinstance(row, list) and len(row) == classes for row in rows)
    if not is_square or not all(_is_number(cell) and cell >= 0 and cell == int(cell) for cell in cells):
        raise ValueError(f"confusion_matrix is not {classes} × {classes} counts")


def check_settings(settings: object) -> None:
    """Raise ValueError if the settings of a portfolio in metrics.json are invalid."""
    if not isinstance(settings, list):
        raise ValueError("settings is not a list")
    for one in settings:
        epochs = one.get("best_epochs") if isinstance(one, dict) else None
        if not isinstance(epochs, list) or not epochs or not all(type(epoch) is int for epoch in epochs):
            raise ValueError("settings have no best_epochs")
        if not isinstance(one.get("setting"), dict) or not all(map(_is_number, map(one.get, ("weight", "error")))):
            raise ValueError("settings need setting, weight, and error")
        if one.get("networks") != len(epochs):
            raise ValueError(f"settings have {one.get('networks')} networks, but {len(epochs)} best epochs")


def names_of(folders: Sequence[Path]) -> dict[str, Path]:
    """Return run folders by display name: the folder's name, or the whole path if several have the same name.

    Raises ValueError for the same folder twice.

    >>> list(names_of([Path("runs/a"), Path("runs/b"), Path("old/b")]))
    ['a', 'runs/b', 'old/b']
    """
    own = [folder.resolve().name for folder in folders]
    named: dict[str, Path] = {}
    for folder, name in zip(folders, own, strict=True):
        unique = name if own.count(name) == 1 else folder.as_posix()
        if unique in named:
            raise ValueError(f"{folder} is given twice; compare it with another run")
        named[unique] = folder
    return named
