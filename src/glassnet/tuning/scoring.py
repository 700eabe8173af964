"""How good a recipe is on rows it does not learn from, told again and again while it learns.

Classes:  value = (rows answered wrongly + half the Brier score) / rows
Numbers:  value = RMSE

The Brier score of a row, Σ (p − y)² over its classes, lies between 0 and 2. Its half never makes up for a wrong answer,
and decides where as many are wrong, which of few rows happens all the time.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from glassnet.common.arrays import Array, IntArray
from glassnet.data.dataset import Dataset
from glassnet.maths import metrics
from glassnet.network.decisions import decide
from glassnet.recipes.recipe import Recipe
from glassnet.runs.cross_validation import answers_of_folds, answers_of_stage, epochs, set_up_folds
from glassnet.runs.setup import Stage, set_up

REPORTS = 20
"""How often a try is measured on its way, so that it can be given up; as often as epochs, where those are fewer."""


@dataclass(frozen=True)
class TrialScore:
    """How good a recipe is by now.

    percent: of its training that is done. value: to be made small. result: the share of right answers, or the RMSE.
    """

    percent: int
    value: float
    result: float


def scores(recipe: Recipe, parts: Mapping[str, Dataset]) -> Iterator[TrialScore]:
    """Train as the recipe says, and tell on the way how good it is by folds, or on the part "valid".

    While rows are dealt for the first time it is measured REPORTS times, and later whenever they have all been answered
    once more. The last score is that of all answers. Raises FloatingPointError where training diverges.
    """
    if not recipe.folds:
        stage, valid = set_up(recipe, parts), parts["valid"]
        kind = stage.networks[0].output_kind
        for percent in _reported(recipe, [stage]):
            yield score(valid, answers_of_stage(stage), kind, percent)
        return
    train = parts["train"]
    rows: list[IntArray] = []
    outputs: list[Array] = []
    for repeat in range(recipe.repeats):
        folds = set_up_folds(recipe, train, repeat)
        kind = folds[0].stage.networks[0].output_kind
        for percent in _reported(recipe, [fold.stage for fold in folds]):
            if repeat == 0 and percent < 100:
                held, output = answers_of_folds(folds, train)
                yield score(train.take(held), output, kind, percent // recipe.repeats)
        held, output = answers_of_folds(folds, train)
        rows.append(held)
        outputs.append(output)
        measured = train.take(np.concatenate(rows))
        yield score(measured, np.concatenate(outputs), kind, 100 * (repeat + 1) // recipe.repeats)


def _reported(recipe: Recipe, stages: Sequence[Stage]) -> Iterator[int]:
    """Train, and give the percentage of the epochs that are done whenever it is time to measure."""
    told = 0
    for epoch, _ in enumerate(epochs(recipe, stages), start=1):
        now = epoch * REPORTS // recipe.epochs
        if now > told or epoch == recipe.epochs:
            told = now
            yield 100 * epoch // recipe.epochs


def score(measured: Dataset, output: Array, output_kind: str, percent: int = 100) -> TrialScore:
    """Return how good an output, (n, outputs), is for the rows measured on.

    >>> pets = Dataset(np.eye(2), ["cat", "dog"])
    >>> score(pets, np.array([[0.9, 0.1], [0.6, 0.4]]), "distribution").result
    0.5
    """
    if not np.isfinite(output).all():
        raise FloatingPointError("the output is not finite")
    if measured.class_names is None:
        rmse = float(metrics.rmse(measured.y, output.reshape(measured.y.shape)))
        return TrialScore(percent, rmse, rmse)
    wrong = float(np.mean(decide(output, output_kind) != measured.y))
    truth = np.eye(measured.n_classes, dtype=output.dtype)[measured.y]
    brier = float(np.mean(np.sum((output - truth) ** 2, axis=1)))
    return TrialScore(percent, wrong + min(brier / 2, math.nextafter(1, 0)) / len(measured), 1 - wrong)
