"""`gn.tune`: hyperparameter search from Python."""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from glassnet.common import checks
from glassnet.common.option_names import names_parameters
from glassnet.engines.compiled.thread_team import allowed
from glassnet.recipes.load import recipe_for_data, single_network
from glassnet.recipes.recipe import Recipe
from glassnet.runs.run import with_data
from glassnet.tuning.plan import known, plan_for
from glassnet.tuning.results import best_recipe
from glassnet.tuning.search import Search

if TYPE_CHECKING:
    from optuna.study import Study

TIME_LIMIT = 300.0
"""Default time limit in seconds."""


class Tuned(NamedTuple):
    """The result of a search: the `optuna.Study` with all trials, and the recipe with the best settings."""

    study: Study
    recipe: Recipe

    def __repr__(self) -> str:
        return f"<Tuned {self.recipe.name!r}: {len(self.study.trials)} trials>"


@names_parameters
def tune(
    data: Any,
    y: Any = None,
    *,
    target: str | None = None,
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
    """Hyperparameter search: find the settings that suit some data best.

    All rows take part, in cross-validation folds if there are few; hold out test rows beforehand.
    `gn.run_recipe(recipe, data)` trains with the result.

    Parameters
    ----------
    data : Dataset, DataFrame, pyarrow.Table, or array-like, (n, features)
        Data set, or X, or the pair (X, y); X may be a table of pandas, Polars, or pyarrow.
    y : array-like, (n,), optional
        Targets, if `data` is X.
    target : str, optional
        Name of the target column, if `data` is a table that contains it.
    trials : int, optional
        Number of trials.
    time_limit : float, optional
        Seconds after which the search ends; 300 if neither this nor `trials` is given.
    search : dict, optional
        Search space by setting, as in a recipe's [search]: {"units": {"low": 8, "high": 64}, "activation": ["relu",
        "tanh"], "dropout": "keep"}. Other settings have default ranges.
    recipe : Recipe, optional
        Recipe to start from; see `single_network` for one with `quality`.
    jobs : int, optional
        Number of trials at once, each in a process with one thread; by default, the number of processors.
    ensemble_size : int, optional
        Number of networks averaged in the best model; by default, 5 for few rows.
    storage : str or Path, optional
        File, or postgresql://… URL, where the study is stored and can be continued.
    study : str, default "tuned"
        Name of the study in the storage.
    seed : int, default 0
        Seed of the search.

    Returns
    -------
    Tuned
        The pair (study, recipe): the `optuna.Study`, and the recipe with the best settings.

    Raises
    ------
    ValueError
        If a setting or a range is invalid.

    Examples
    --------
    >>> from glassnet.data.sources import load
    >>> train, test = load("iris").split(0.8, 0.2)
    >>> study, recipe = tune(train, trials=3, search={"epochs": 5, "hidden_layers": 1, "units": [8, 16]}, jobs=1)
    >>> len(study.trials) >= 3, recipe.folds
    (True, 5)
    """
    if trials is not None:
        checks.whole_number("trials", trials, at_least=1)
    if time_limit is not None:
        checks.number("time_limit", time_limit, above=0)
    jobs = allowed() if jobs is None else checks.whole_number("jobs", jobs, at_least=1)
    options = {} if target is None else {"target": target}
    if recipe is None:
        start = dataclasses.replace(recipe_for_data(data, options), name=study)
    else:
        start = dataclasses.replace(recipe, options={**recipe.options, **options})
    start, dataset = with_data(single_network(start), data, y)
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
