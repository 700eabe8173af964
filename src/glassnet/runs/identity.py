"""The identity of a run: files that were left from another run, because writing was interrupted, are reported.

`run_id` in metrics.json, in the model file, in the activation statistics, and in report.html is a digest of the weights
and the history. So history.csv is recognized by its content, and recipe.toml by the recipe in the model file.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from glassnet.common.user_warnings import warn
from glassnet.model import Model
from glassnet.recipes.recipe import Recipe, recipe_from_spec
from glassnet.training.history import COLUMNS, History

KEY = "run_id"


def run_id(model: Model, histories: Sequence[History]) -> str:
    """Return the identity of a run; a run that is repeated has the same one, however long it takes."""
    digest = hashlib.sha256()
    for network in model.networks:
        digest.update(network.parameters.tobytes() + network.state.tobytes())
    for history in filter(len, histories):  # history.csv has no rows of a network that was not trained
        rows = [[getattr(record, name) for name in COLUMNS if name != "seconds"] for record in history]
        digest.update(json.dumps(rows).encode())
    return digest.hexdigest()[:16]


def is_own(metrics: object, model: Model) -> bool:
    """Return whether metrics are of the model's run; True for a model that was saved without an identity."""
    own = (model.metrics or {}).get(KEY)
    return own is None or (isinstance(metrics, dict) and metrics.get(KEY) == own)


def is_own_history(histories: Sequence[History], model: Model) -> bool:
    """Return whether histories are of the model's run."""
    own = (model.metrics or {}).get(KEY)
    return own is None or run_id(model, histories) == own


def is_own_recipe(recipe: Recipe, model: Model) -> bool:
    """Return whether a recipe is that of the model's run."""
    if (model.metrics or {}).get(KEY) is None:
        return True
    try:
        return model.recipe is not None and recipe_from_spec(model.recipe) == recipe
    except (ValueError, TypeError):
        return False


def warn_if_mixed(model: Model, path: str | Path) -> None:
    """Warn if `path` is a run folder with a metrics.json of another run than its model."""
    try:
        metrics = json.loads((Path(path) / "metrics.json").read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return
    if not is_own(metrics, model):
        warn(mixed(path, ["metrics.json"]))


def mixed(folder: str | Path, files: Sequence[str]) -> str:
    """Return the message about files of another run."""
    names = " and ".join([", ".join(files[:-1]), files[-1]] if len(files) > 1 else files)
    belong, them = ("belong", "them") if len(files) > 1 else ("belongs", "it")
    return f"{names} in {folder} {belong} to another run than model.safetensors; train again to replace {them}"
