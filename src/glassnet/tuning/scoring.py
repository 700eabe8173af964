"""How good a recipe is on rows it does not learn from, told again and again while it learns.

Classes:  value = (rows answered wrongly + half the Brier score) / rows
Numbers:  value = RMSE

The Brier score of a row, Σ (p − y)² over its classes, lies between 0 and 2. Its half never makes up for a wrong answer,
and decides where as many are wrong, which of few rows happens all the time.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from glassnet.common.arrays import Array
from glassnet.data.dataset import Dataset
from glassnet.maths import metrics
from glassnet.network.answers import decide
from glassnet.recipes.folds import answers_of_folds, answers_of_stage, epochs, set_up_folds
from glassnet.recipes.recipe import Recipe
from glassnet.recipes.stage import set_up

REPORTS = 20
"""How often a try is measured on its way; as often as epochs, where there are fewer of them."""


@dataclass(frozen=True)
class Score:
    """How good a recipe is by now. percent: of its epochs that are done. value: to be made small. result: the share of
    right answers, or the RMSE.
    """

    percent: int
    value: float
    result: float


def scores(recipe: Recipe, parts: Mapping[str, Dataset]) -> Iterator[Score]:
    """Train as the recipe says, and tell on the way how good it is by folds, or on the part "valid".

    The last score is that of the whole training. Raises FloatingPointError where training diverges.
    """
    if recipe.folds:
        folds = set_up_folds(recipe, parts["train"])
        stages = [fold.stage for fold in folds]
    else:
        stages = [set_up(recipe, parts)]
    kind = stages[0].networks[0].output_kind
    told, measured = 0, None
    for epoch, _ in enumerate(epochs(recipe, stages), start=1):
        now = epoch * REPORTS // recipe.epochs
        if now > told or epoch == recipe.epochs:
            told = now
            if recipe.folds:
                rows, output = answers_of_folds(folds, parts["train"])
                measured = parts["train"].take(rows) if measured is None else measured
            else:
                output = answers_of_stage(stages[0])
            yield score(measured or parts["valid"], output, kind, round(100 * epoch / recipe.epochs))


def score(measured: Dataset, output: Array, output_kind: str, percent: int = 100) -> Score:
    """Return how good an output, (n, outputs), is for the rows measured on.

    >>> pets = Dataset(np.eye(2), ["cat", "dog"])
    >>> score(pets, np.array([[0.9, 0.1], [0.6, 0.4]]), "distribution").result
    0.5
    """
    if not np.isfinite(output).all():
        raise FloatingPointError("the output is not finite")
    if measured.class_names is None:
        rmse = float(metrics.rmse(measured.y, output.reshape(measured.y.shape)))
        return Score(percent, rmse, rmse)
    wrong = float(np.mean(decide(output, output_kind) != measured.y))
    truth = np.eye(measured.n_classes, dtype=output.dtype)[measured.y]
    brier = float(np.mean(np.sum((output - truth) ** 2, axis=1)))
    return Score(percent, wrong + min(brier / 2, math.nextafter(1, 0)) / len(measured), 1 - wrong)
