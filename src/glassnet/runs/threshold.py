"""The decision threshold of a recipe: its positive class, and the choice of the threshold on held-out rows."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from glassnet.common.arrays import Array
from glassnet.data.dataset import Dataset
from glassnet.maths.decision_threshold import best_threshold, threshold_rule
from glassnet.model import Model
from glassnet.recipes.recipe import Recipe
from glassnet.runs.cross_validation import HeldOut


def check_threshold(recipe: Recipe, parts: Mapping[str, Dataset]) -> None:
    """Raise ValueError, before the training, if the data cannot have the recipe's threshold."""
    if recipe.threshold is None:
        return
    names, has_folds = parts["train"].class_names, recipe.folds or recipe.quality is not None
    if names is None or len(names) != 2:
        found = "a numeric target" if names is None else f"{len(names)} classes"
        raise ValueError(f"threshold {recipe.threshold} needs two classes, but {recipe.source} has {found}")
    if threshold_rule(recipe.threshold)[0] != "number" and "valid" not in parts and not has_folds:
        raise ValueError(
            f"threshold {recipe.threshold} is chosen on held-out rows: use a validation set, such as --split 60/20/20, "
            "or --folds 5"
        )


def positive_class(train: Dataset) -> int:
    """Return the positive class of two: the rarer one in the training set, 1 if both have as many rows; else 1."""
    if train.class_names is None or len(train.class_names) != 2:
        return 1
    counts = np.bincount(train.y, minlength=2)
    return int(counts[1] <= counts[0])


def choose_threshold(
    recipe: Recipe,
    model: Model,
    parts: Mapping[str, Dataset],
    outputs: Mapping[str, Array],
    by_folds: HeldOut | None = None,
) -> float:
    """Return the recipe's threshold for a model: as given, or the best on held-out rows.

    These are those of the folds, if there are any, or of the validation set. outputs: of the model, by split.
    """
    rule = 0.5 if recipe.threshold is None else recipe.threshold
    if isinstance(rule, float):
        return rule
    if by_folds is not None:
        y, output = parts["train"].y[by_folds.rows], by_folds.output
    else:
        y, output = parts["valid"].y, outputs["valid"]
    return best_threshold(y == model.positive_class, model.probabilities_of(output)[:, model.positive_class], rule)
