"""What a search is about: a recipe, how each try of it is measured, what may be chosen, and on which data.

The test part takes no part in it. Of few rows, all others are dealt into folds; of many, a share of them is set aside.
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
from glassnet.maths.optimizers import LBFGS, optimizer
from glassnet.recipes.recipe import Recipe
from glassnet.runs.run import cut, read_data
from glassnet.runs.setup import set_up
from glassnet.tuning.settings import with_settings
from glassnet.tuning.space import KEEP, Space, space_for, space_to_spec

FEW_ROWS = 3000
"""Below so many rows to learn from they are dealt into folds, and the winner is made of several networks."""

FOLDS, ENSEMBLE_SIZE = 5, 5

ENOUGH_ANSWERS, MOST_REPEATS = 1000, 5
"""Rows are dealt anew until about so many were answered: of fewer, chance would choose the winner."""

SET_ASIDE = 0.2
"""Share of many rows that is set aside where the recipe's split has no validation part."""


@dataclass(frozen=True)
class SearchPlan:
    """A search in words: it can be sent to another process.

    recipe: measured by folds or on a validation part, with all that is searched in its [search]. space: what that
    means. depth: how many hidden layers the recipe has by itself. rows: how many there are to learn from and to be
    measured on. classes: whether it is about classes. ensemble_size: how many the winner is made of, whose answers are
    averaged; each try is one. fingerprint: of data, recipe and ranges, for the storage.
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
        """What is measured on the rows not learned from, as people say it."""
        return "accuracy" if self.classes else "RMSE"

    def with_settings(self, settings: Mapping[str, Any]) -> Recipe:
        """Return the recipe with the settings of one try."""
        return with_settings(self.recipe, settings)


def plan_for(
    recipe: Recipe, data: Dataset | None = None, ensemble_size: int | None = None
) -> tuple[SearchPlan, dict[str, Dataset]]:
    """Return the plan of a search for a recipe, and the parts of its data, "train", "valid" and "test".

    data: in place of the recipe's source. ensemble_size: the number of networks in the best model;
    None for the recipe's, or, with few rows, at least 5. Raises ValueError for ranges that mean nothing for these data.
    """
    if isinstance(optimizer(recipe.optimizer), LBFGS) and recipe.search.get("optimizer") == "keep":
        raise ValueError("search: lbfgs tells nothing before its end, so it cannot be searched; take another optimizer")
    own_ensemble_size, read = recipe.ensemble_size, read_data(recipe, data)
    recipe = _measured(recipe, cut(recipe, *read))
    parts = cut(recipe, *read)
    train = parts["train"]
    rows = sum(len(part) for part in known(parts).values())
    has_classes = train.class_names is not None
    if has_classes and len(np.unique(train.y)) < 2:
        raise ValueError("a search needs rows of two classes or more to learn from; here all are of one")
    space = space_for(recipe.search, rows, has_classes, train.image_shape)
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
    set_up(recipe, known(parts))  # says now what is wrong with the recipe
    return plan, parts


def known(parts: Mapping[str, Dataset]) -> dict[str, Dataset]:
    """Return the parts that a search may see."""
    return {name: part for name, part in parts.items() if name != "test"}


def _measured(recipe: Recipe, parts: Mapping[str, Dataset]) -> Recipe:
    """Return the recipe with folds, or a validation part; epochs are searched, so nothing stops early."""
    rows = sum(len(part) for part in known(parts).values())
    changes: dict[str, Any] = {"early_stopping": False, "folds": 0, "repeats": 1, "ensemble_size": 1}
    *learned, test = recipe.fractions
    if rows < FEW_ROWS:
        changes |= {"folds": recipe.folds or min(FOLDS, rows), "split": _split_text(sum(learned), test)}
        changes |= {"repeats": max(recipe.repeats, min(round(ENOUGH_ANSWERS / rows), MOST_REPEATS), 1)}
    elif len(learned) == 1:
        changes |= {"split": _split_text(learned[0] * (1 - SET_ASIDE), learned[0] * SET_ASIDE, test)}
    return dataclasses.replace(recipe, **changes)


def _split_text(*shares: float) -> str:
    return "/".join(f"{100 * share:.10g}" for share in shares)


def _digest(spec: Mapping[str, Any]) -> str:
    return hashlib.blake2b(json.dumps(spec, sort_keys=True).encode(), digest_size=12).hexdigest()
