"""The plan of a search: a recipe, the evaluation of each trial, the search space, and the data.

The test set is not used. Small data are cross-validated; of large data a validation set is held out.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from glassnet.common.specs import spec_dict
from glassnet.data.dataset import Dataset
from glassnet.data.fingerprint import fingerprint as data_fingerprint
from glassnet.data.splits import most_folds
from glassnet.maths.optimizers import LBFGS, optimizer
from glassnet.network.parameters import KINDS
from glassnet.recipes.recipe import Recipe
from glassnet.runs.run import read_data, split_data, with_inferred
from glassnet.runs.setup import naming_split_column, set_up
from glassnet.tuning.settings import LAYERS, with_settings
from glassnet.tuning.space import KEEP, Space, space_for, space_to_spec

FEW_ROWS = 3000
"""Below this number of training rows, trials are cross-validated and the final model is an ensemble."""

FOLDS, ENSEMBLE_SIZE = 5, 5

ENOUGH_PREDICTIONS, MOST_REPEATS = 1000, 5
"""Cross-validation is repeated until about this many rows were predicted; with fewer, chance would decide."""

SET_ASIDE = 0.2
"""Share of the rows of large data that is held out if the recipe's split has no validation set."""


@dataclass(frozen=True)
class SearchPlan:
    """A search as plain data, which can be sent to another process.

    recipe: with folds or a validation set, and the whole search space in its [search]. space: the search space. depth:
    number of hidden layers of the recipe. rows: number of training and validation rows. classes: whether this is
    classification. ensemble_size: number of networks in the final model; each trial has one. fingerprint: of data,
    recipe, and ranges, for the storage.
    """

    recipe: Recipe
    space: Space
    depth: int
    rows: int
    classes: bool
    ensemble_size: int
    fingerprint: Mapping[str, str]

    @property
    def measured(self) -> str:
        """The name of the metric."""
        return "accuracy" if self.classes else "RMSE"

    def with_settings(self, settings: Mapping[str, Any]) -> Recipe:
        """Return the recipe with the settings of one trial."""
        return with_settings(self.recipe, settings)


def plan_for(
    recipe: Recipe, data: Dataset | None = None, ensemble_size: int | None = None
) -> tuple[SearchPlan, dict[str, Dataset]]:
    """Return the plan of a search for a recipe, and the parts of its data, "train", "valid" and "test".

    data: used instead of the recipe's source. ensemble_size: the number of networks in the final model; by default that
    of the recipe, or, with few rows, at least 5. Raises ValueError for ranges that do not apply to the data.
    """
    if isinstance(optimizer(recipe.optimizer), LBFGS) and recipe.search.get("optimizer") == "keep":
        raise ValueError(
            "search: lbfgs reports nothing before it ends, so trials cannot be pruned; choose another optimizer"
        )
    own_ensemble_size, read = recipe.ensemble_size, read_data(recipe, data)
    recipe = with_inferred(recipe, read[0]) if data is None else recipe
    recipe = _measured(recipe, split_data(recipe, *read))
    parts = split_data(recipe, *read)
    train = parts["train"]
    rows = sum(len(part) for part in known(parts).values())
    has_classes = train.class_names is not None
    if has_classes and len(np.unique(train.y)) < 2:
        raise ValueError("a search needs training rows of at least two classes, but all are of one class")
    space = space_for(recipe.search, rows, has_classes, train.image_shape)
    _check_groups(recipe, space)
    own = [spec_dict(layer)["name"] for layer in recipe.layers]
    fingerprint = {
        "data": data_fingerprint(known(parts)),
        "recipe": _digest({**recipe.to_spec(), "name": "", "data": {}, "search": {}}),
        "search": _digest(space_to_spec(space)),
    }
    kept = {name: KEEP for name, spec in recipe.search.items() if spec == KEEP}
    recipe = dataclasses.replace(recipe, search=space_to_spec(space) | kept)
    ensemble_size = ensemble_size or max(own_ensemble_size, ENSEMBLE_SIZE if rows < FEW_ROWS else 1)
    plan = SearchPlan(recipe, space, own.count("dense"), rows, has_classes, ensemble_size, fingerprint)
    set_up(recipe, known(parts))  # raises for an invalid recipe
    return plan, parts


def known(parts: Mapping[str, Dataset]) -> dict[str, Dataset]:
    """Return the splits that a search may use."""
    return {name: part for name, part in parts.items() if name != "test"}


def _check_groups(recipe: Recipe, space: Space) -> None:
    """Raise ValueError if a search changes the layers whose parameters a recipe groups by name."""
    by_name = [group for group in recipe.parameter_groups or {} if group not in KINDS]
    if by_name and any(name in space for name in LAYERS):
        raise ValueError(
            f"search: trials have other layers, so parameter_groups must name kinds ({', '.join(KINDS)}), not "
            f"{by_name[0]!r}"
        )


def _measured(recipe: Recipe, parts: Mapping[str, Dataset]) -> Recipe:
    """Return the recipe with folds or a validation set; epochs are searched, so there is no early stopping."""
    rows = sum(len(part) for part in known(parts).values())
    changes: dict[str, Any] = {"early_stopping": False, "folds": 0, "repeats": 1, "ensemble_size": 1}
    *learned, test = recipe.fractions
    if rows < FEW_ROWS:
        changes |= {"folds": recipe.folds or _folds(recipe, parts), "split": _split_text(sum(learned), test)}
        changes |= {"repeats": max(recipe.repeats, min(round(ENOUGH_PREDICTIONS / rows), MOST_REPEATS), 1)}
    elif len(learned) == 1:
        changes |= {"split": _split_text(learned[0] * (1 - SET_ASIDE), learned[0] * SET_ASIDE, test)}
    return dataclasses.replace(recipe, **changes)


def _folds(recipe: Recipe, parts: Mapping[str, Dataset]) -> int:
    """Return the number of folds: FOLDS, or fewer where rows, groups, or times are few."""
    known_parts = known(parts).values()
    groups, times = (
        None if getattr(parts["train"], name) is None else np.concatenate([getattr(part, name) for part in known_parts])
        for name in ("groups", "times")
    )
    most = most_folds(sum(map(len, known_parts)), groups, times)
    if most < 2:
        with naming_split_column(recipe):
            raise ValueError(f"a search needs at least 2 folds, but the data can be divided into {most} only")
    return min(FOLDS, most)


def _split_text(*shares: float) -> str:
    return "/".join(f"{100 * share:.10g}" for share in shares)


def _digest(spec: Mapping[str, Any]) -> str:
    return hashlib.blake2b(json.dumps(spec, sort_keys=True).encode(), digest_size=12).hexdigest()
