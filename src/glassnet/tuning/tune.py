"""`gn.tune`: hyperparameter search from Python."""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from glassnet.common import checks
from glassnet.data.dataset import Dataset, as_dataset
from glassnet.engines.compiled.thread_team import allowed
from glassnet.recipes.recipe import Recipe, shipped
from glassnet.tuning.plan import known, plan_for
from glassnet.tuning.results import best_recipe
from glassnet.tuning.search import Search

if TYPE_CHECKING:
    from optuna.study import Study

TIME_LIMIT = 300.0
"""Default time limit in seconds."""

ARRAYS = "data.npz"
"""The source in the recipe of a search on arrays: the file that would hold them."""


class Tuned(NamedTuple):
    """The result of a search: the `optuna.Study` with all trials, and the recipe with the best settings."""

    study: Study
    recipe: Recipe


def tune(
    data: Any,
    y: Any = None,
    *,
    trials: int | None = None,
    time_limit: float | None = None,
    search: Mapping[str, Any] | None = None,
    recipe: Recipe | None = None,
    jobs: int | None = None,
    ensemble_size: int | None = None,
    storage: str | Path | None = None,
    study: str = "tuned",
    seed: int = 0,
) -> Tuned:
    """Search the settings that suit some data best.

    data, y: a Dataset, or X (n, features) and y (n,), as one pair or two arguments. All rows take part, dealt into
    folds where they are few, so keep rows to test with apart. trials, time_limit: when to stop, the latter in
    seconds; after 300 seconds if neither
    is given. search: what to choose from, by setting, as in a recipe's [search]: `{"units": {"low": 8, "high": 64},
    "activation": ["relu", "tanh"], "dropout": "keep"}`; other settings have ranges that suit the data. recipe: where to
    start from. jobs: settings tried at once, in processes with one thread each; as many as there are processors if
    None. ensemble_size: the number of networks averaged in the best model; 5 for few rows if None. storage: a
    file, or `postgresql://...`, where the study is kept and gone on with under its name, `study`.

    `gn.run_recipe(recipe, data)` trains by the recipe. Raises ValueError for what means nothing.

    >>> from glassnet.data.sources import load
    >>> train, test = load("iris").split(0.8, 0.2)
    >>> study, recipe = tune(train, trials=3, search={"epochs": 5, "hidden_layers": 1, "units": [8, 16]}, jobs=1)
    >>> len(study.trials) >= 3, recipe.folds
    (True, 5)
    """
    dataset = as_dataset(data, y)
    if trials is not None:
        checks.whole_number("trials", trials, at_least=1)
    if time_limit is not None:
        checks.number("time_limit", time_limit, above=0)
    jobs = allowed() if jobs is None else checks.whole_number("jobs", jobs, at_least=1)
    start = shipped("images" if dataset.image_shape and _holds_bytes(dataset) else "default")
    start = dataclasses.replace(start, name=study, source=ARRAYS) if recipe is None else recipe
    start = dataclasses.replace(start, seed=seed, split="100/0", folds=0, search={**start.search, **(search or {})})
    if ensemble_size is not None:
        checks.whole_number("ensemble_size", ensemble_size, at_least=1)
    plan, parts = plan_for(start, dataset, ensemble_size)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        kept = storage or Path(folder) / "study.log"
        where = kept if "://" in str(kept) else Path(kept)
        seconds = TIME_LIMIT if time_limit is None else time_limit
        limit = None if time_limit is None and trials is not None else seconds
        found = Search(plan, known(parts), where, study, trials, limit, jobs).result()
    return Tuned(found, best_recipe(found, plan, start.name))


def _holds_bytes(dataset: Dataset) -> bool:
    return bool(getattr(dataset.X, "dtype", None) == np.uint8)
